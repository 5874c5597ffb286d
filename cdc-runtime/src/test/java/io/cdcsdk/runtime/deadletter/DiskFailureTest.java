package io.cdcsdk.runtime.deadletter;

import static io.cdcsdk.runtime.deadletter.Letters.letter;
import static io.cdcsdk.runtime.deadletter.Letters.read;
import static io.cdcsdk.runtime.deadletter.Letters.readAnew;
import static io.cdcsdk.runtime.deadletter.Letters.segments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Retryable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiskFailureTest {
    @TempDir
    Path directory;

    private final Set<DiskPoint> failing = EnumSet.noneOf(DiskPoint.class);
    private int passing;

    private void reached(DiskPoint point, Path path) throws IOException {
        if (failing.contains(point) && passing-- <= 0) {
            throw new IOException("No space left on device");
        }
    }

    private DeadLetterLog open(long segmentBytes) {
        return FileDeadLetterStore.builder()
                .directory(directory)
                .segmentBytes(segmentBytes)
                .watcher(this::reached)
                .build()
                .open("p", "s");
    }

    /** As many letters as take several pieces to write. */
    private static List<DeadLetterRecord> batch(String name) {
        return IntStream.range(0, 2000)
                .<DeadLetterRecord>mapToObj(i -> letter(name + i))
                .toList();
    }

    @ParameterizedTest(name = "after {0} steps")
    @ValueSource(ints = {0, 1, 2, 3})
    void anAppendThatDoesNotFitIsUndoneAndCanBeRepeated(int steps) throws IOException {
        try (DeadLetterLog log = open(1 << 20)) {
            log.append(batch("a"));
            byte[] before = Files.readAllBytes(segments(directory).get(0));
            failing.addAll(EnumSet.of(DiskPoint.BEFORE_WRITE, DiskPoint.BEFORE_SYNC));
            for (int i = 0; i < 3; i++) {
                passing = steps;
                assertThatThrownBy(() -> log.append(batch("b")))
                        .isInstanceOf(Retryable.class)
                        .hasMessageContaining("cannot append dead letters to "
                                + segments(directory).get(0))
                        .hasMessageContaining("No space left on device");
                assertThat(segments(directory).get(0)).hasBinaryContent(before);
            }
            failing.clear();
            log.append(batch("c"));
            List<DeadLetterRecord> expected = new ArrayList<>(batch("a"));
            expected.addAll(batch("c"));
            assertThat(List.copyOf(read(log).values())).isEqualTo(expected);
        }
    }

    @Test
    void anAppendThatCannotBeUndoneEndsTheSession() throws IOException {
        DeadLetterLog log = open(1 << 20);
        log.append(batch("a"));
        failing.addAll(EnumSet.of(DiskPoint.BEFORE_WRITE, DiskPoint.BEFORE_TRUNCATE));
        passing = 1;
        assertThatThrownBy(() -> log.append(batch("b")))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("this session can append no more");
        failing.clear();
        assertThatThrownBy(() -> log.append(batch("b"))).isInstanceOf(Fatal.class);
        log.close();
        List<DeadLetterRecord> found = List.copyOf(readAnew(directory).values());
        assertThat(found.subList(0, 2000)).isEqualTo(batch("a"));
        assertThat(found.subList(2000, found.size())).isEqualTo(batch("b").subList(0, found.size() - 2000));
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskPoint.class,
            names = {"BEFORE_CREATE", "BEFORE_WRITE", "BEFORE_SYNC", "BEFORE_DIRECTORY_SYNC"})
    void aSegmentThatCannotBeBegunChangesNothing(DiskPoint point) throws IOException {
        try (DeadLetterLog log = open(1)) {
            log.append(List.of(letter("a")));
            failing.add(point);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> log.append(List.of(letter("b")))).isInstanceOf(Retryable.class);
                assertThat(segments(directory)).hasSize(1);
            }
            failing.clear();
            log.append(List.of(letter("b")));
            assertThat(segments(directory)).hasSize(2);
            assertThat(read(log).values()).containsExactly(letter("a"), letter("b"));
        }
        assertThat(readAnew(directory).values()).containsExactly(letter("a"), letter("b"));
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskPoint.class,
            names = {"BEFORE_CREATE", "BEFORE_WRITE", "BEFORE_SYNC", "BEFORE_DIRECTORY_SYNC"})
    void aSessionThatCannotBeginCanBeTriedAgain(DiskPoint point) throws IOException {
        for (int steps = 0; steps < 4; steps++) {
            failing.add(point);
            passing = steps;
            try {
                open(1).close();
            } catch (Retryable e) {
                assertThat(e).hasMessageContaining("cannot open the dead letters in " + directory.resolve("p.s"));
            }
            failing.clear();
            try (DeadLetterLog log = open(1)) {
                log.append(List.of(letter("a")));
            }
            assertThat(readAnew(directory)).hasSize(steps + 1);
        }
    }

    @Test
    void anInterruptDoesNotHurtAnAppend() throws IOException {
        try (DeadLetterLog log = open(1 << 20)) {
            Thread.currentThread().interrupt();
            log.append(batch("a"));
            assertThat(Thread.interrupted()).isTrue();
            log.append(batch("b"));
            assertThat(read(log)).hasSize(4000);
        }
    }
}
