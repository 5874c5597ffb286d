package io.cdcsdk.runtime.deadletter;

import static io.cdcsdk.runtime.deadletter.Letters.letter;
import static io.cdcsdk.runtime.deadletter.Letters.read;
import static io.cdcsdk.runtime.deadletter.Letters.readAnew;
import static io.cdcsdk.runtime.deadletter.Letters.segments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.DeadLetterRecord.Id;
import io.cdcsdk.api.DeadLetterRecord.Replay;
import io.cdcsdk.api.DeadLetterRecord.Resolution;
import io.cdcsdk.api.DeadLetterRecord.Resolved;
import io.cdcsdk.api.DeadLetterRecord.Settled;
import io.cdcsdk.api.Fatal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LetterCleanerTest {
    @TempDir
    Path directory;

    /** A session with a segment for each append. */
    private DeadLetterLog open() {
        return FileDeadLetterStore.builder()
                .directory(directory)
                .segmentBytes(1)
                .build()
                .open("p", "s");
    }

    private static DeadLetterRecord resolved(DeadLetterLog log, long... indexes) {
        return new Resolved(
                Arrays.stream(indexes)
                        .mapToObj(index -> new Id(log.session(), index))
                        .toList(),
                Resolution.DROPPED);
    }

    private static Settled settled(DeadLetterLog log, long records) {
        return new Settled(Map.of(log.session(), records));
    }

    /** A session that does nothing but settle another. */
    private DeadLetterLog settle(DeadLetterLog other, long records) {
        try (DeadLetterLog log = open()) {
            log.append(List.of(settled(other, records)));
            return log;
        }
    }

    private List<Long> indexes(DeadLetterLog log) {
        return readAnew(directory).keySet().stream()
                .filter(id -> id.session().equals(log.session()))
                .map(Id::index)
                .toList();
    }

    @Test
    void whatIsResolvedGoesOnceItsSessionIsSettledForCertain() {
        DeadLetterLog log = open();
        log.append(List.of(letter("a"), resolved(log, 0)));
        log.close();
        assertThat(indexes(log)).as("not settled").containsExactly(0L, 1L);
        DeadLetterLog second = settle(log, 2);
        assertThat(indexes(log)).as("settled by one that is not").containsExactly(0L, 1L);
        settle(second, 1);
        assertThat(indexes(log)).isEmpty();
    }

    @Test
    void theOthersKeepTheirIndexes() {
        DeadLetterLog log = open();
        log.append(List.of(letter("a"), letter("b")));
        log.append(List.of(letter("c")));
        log.append(List.of(letter("d"), letter("e")));
        log.append(List.of(resolved(log, 0, 1), resolved(log, 3)));
        log.close();
        settle(settle(log, 7), 1);
        assertThat(indexes(log)).containsExactly(2L, 3L, 4L, 5L, 6L);
        assertThat(readAnew(directory)).containsEntry(new Id(log.session(), 2), letter("c"));
    }

    @Test
    void aResolutionStaysUntilItsLetterIsGone() {
        DeadLetterLog log = open();
        log.append(List.of(letter("a"), letter("b")));
        log.append(List.of(resolved(log, 0)));
        log.close();
        DeadLetterLog second = settle(log, 3);
        DeadLetterLog third = settle(second, 1);
        for (int i = 0; i < 3; i++) {
            assertThat(indexes(log)).containsExactly(0L, 1L, 2L);
        }
        try (DeadLetterLog fourth = open()) {
            fourth.append(List.of(settled(third, 1), resolved(log, 1)));
            settle(settle(fourth, 2), 1);
        }
        assertThat(indexes(log)).as("the letters go first").containsExactly(2L);
        assertThat(indexes(log)).isEmpty();
    }

    @Test
    void aResolutionThatDoesNotCountResolvesNothing() {
        DeadLetterLog log = open();
        log.append(List.of(letter("a")));
        log.append(List.of(resolved(log, 0)));
        log.close();
        settle(settle(log, 1), 1);
        assertThat(indexes(log)).contains(0L);
        assertThat(indexes(log)).contains(0L);
    }

    @Test
    void aLetterThatDoesNotCountKeepsNothing() {
        DeadLetterLog log = open();
        log.append(List.of(letter("a"), resolved(log, 0), letter("of a process that woke up")));
        log.close();
        settle(settle(log, 2), 1);
        assertThat(indexes(log)).isEmpty();
    }

    @Test
    void whatIsSettledByTwoInTwoWaysStays() {
        DeadLetterLog log = open();
        log.append(List.of(letter("a"), letter("b"), resolved(log, 0)));
        log.close();
        DeadLetterLog second = settle(log, 3);
        DeadLetterLog third = settle(log, 1);
        try (DeadLetterLog fourth = open()) {
            fourth.append(List.of(new Settled(Map.of(second.session(), 1L))));
        }
        assertThat(third.session()).isGreaterThan(second.session());
        assertThat(indexes(log)).containsExactly(0L, 1L, 2L);
    }

    @Test
    void theLastReplayOfEachTargetStays() {
        DeadLetterLog log = open();
        List<Id> first = List.of(new Id(log.session(), 0));
        log.append(List.of(letter("a"), new Replay(1, "t", first), new Replay(1, "u", first), resolved(log, 0)));
        log.append(List.of(new Replay(2, "t", List.of())));
        log.append(List.of(new Replay(2, "u", List.of())));
        log.append(List.of(new Replay(3, "u", List.of())));
        log.close();
        settle(settle(log, 7), 1);
        assertThat(indexes(log)).containsExactly(4L, 6L);
        assertThat(indexes(log)).containsExactly(4L, 6L);
    }

    @Test
    void aSettlementStaysAsLongAsItsSessionHasFiles() throws IOException {
        DeadLetterLog log = open();
        log.append(List.of(letter("a")));
        DeadLetterLog second = settle(log, 1);
        DeadLetterLog third = settle(second, 1);
        settle(third, 1);
        assertThat(indexes(second)).containsExactly(0L);
        log.append(List.of(letter("of a process that woke up")));
        log.close();
        try (DeadLetterLog fifth = open()) {
            fifth.append(List.of(resolved(log, 0)));
            settle(settle(fifth, 1), 1);
        }
        assertThat(indexes(log)).isEmpty();
        assertThat(indexes(second)).as("its own turn comes next").isEmpty();
        assertThat(segments(directory)).isNotEmpty();
    }

    @Test
    void aSessionThatWasCleanedAwayNeverComesBack() throws IOException {
        for (long segmentBytes : List.of(1L, 1L << 20)) {
            try (DeadLetterLog sleeping = FileDeadLetterStore.builder()
                    .directory(directory)
                    .segmentBytes(segmentBytes)
                    .build()
                    .open("p", "s")) {
                sleeping.append(List.of(letter("a"), resolved(sleeping, 0)));
                settle(settle(sleeping, 2), 1);
                assertThat(indexes(sleeping)).isEmpty();
                for (int i = 0; i < 2; i++) {
                    assertThatThrownBy(() -> sleeping.append(List.of(letter("smuggled"))))
                            .isInstanceOf(Fatal.class)
                            .hasMessageContaining("a later session has taken over, and this process must stop");
                }
                assertThat(read(sleeping).keySet()).noneMatch(id -> id.session().equals(sleeping.session()));
            }
            assertThat(segments(directory)).allMatch(file -> !file.toString().contains("smuggled"));
        }
    }

    @Test
    void whatCannotBeDeletedDoesNoHarm() {
        DeadLetterLog log = open();
        log.append(List.of(letter("a"), resolved(log, 0)));
        log.close();
        settle(settle(log, 2), 1);
        FileDeadLetterStore store = Letters.store(directory, (point, path) -> {
            if (point == DiskPoint.BEFORE_DELETE && path.toString().contains(log.session())) {
                throw new IOException("held by another process");
            }
        });
        try (DeadLetterLog next = store.open("p", "s")) {
            assertThat(read(next)).containsEntry(new Id(log.session(), 0), letter("a"));
        }
        assertThat(indexes(log)).isEmpty();
    }
}
