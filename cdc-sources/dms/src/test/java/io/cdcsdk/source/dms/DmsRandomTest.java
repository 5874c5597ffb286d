package io.cdcsdk.source.dms;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SnapshotStarted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random tables, files and options: the source gives what was written, and gives it again after restarts at any position that
 * was acknowledged. A sample runs in each build; the slow suite takes about one minute.
 */
class DmsRandomTest {
    @TempDir
    private Path root;

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    static LongStream manySeeds() {
        return LongStream.range(1000, 3000);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatWasWrittenIsReadAlsoWithRestarts(long seed) throws IOException {
        check(seed);
    }

    @Tag("slow")
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("manySeeds")
    void whatWasWrittenIsReadAlsoWithRestartsForManySeeds(long seed) throws IOException {
        check(seed);
    }

    private void check(long seed) throws IOException {
        RandomFiles files = new RandomFiles(root, seed);
        Map<String, List<ChangeEvent>> atOnce = new TreeMap<>();
        for (EventBatch batch : Reading.batches(files.builder().build(), Positions.none())) {
            atOnce.computeIfAbsent(batch.lane(), lane -> new ArrayList<>()).addAll(batch.events());
        }
        files.expected()
                .forEach((lane, expected) -> assertThat(
                                atOnce.getOrDefault(lane, List.of()).stream().map(DmsRandomTest::expected))
                        .as("lane %s", lane)
                        .isEqualTo(expected));
        atOnce.values()
                .forEach(events -> assertThat(events)
                        .extracting(ChangeEvent::position)
                        .isSorted()
                        .doesNotHaveDuplicates());

        Map<String, List<ChangeEvent>> withRestarts = readWithRestarts(files, new Random(seed));
        atOnce.values().removeIf(List::isEmpty);
        assertThat(withRestarts).isEqualTo(atOnce);
    }

    private static RandomFiles.Expected expected(ChangeEvent event) {
        LocalDateTime time = event.origin().sourceInstant() == null
                ? null
                : LocalDateTime.ofInstant(event.origin().sourceInstant(), ZoneOffset.UTC);
        if (event instanceof RowChange change) {
            return new RandomFiles.Expected(
                    change.operation().code(), event.table(), change.before(), change.after(), time);
        }
        return new RandomFiles.Expected(event instanceof SnapshotStarted ? 'S' : 'C', event.table(), null, null, time);
    }

    private static Map<String, List<ChangeEvent>> readWithRestarts(RandomFiles files, Random random) {
        Map<String, List<ChangeEvent>> read = new TreeMap<>();
        Map<String, Position> durable = new TreeMap<>();
        while (true) {
            try (DmsFileSource source = files.builder().build()) {
                source.open(lanes -> Positions.of(durable));
                int polls = 1 + random.nextInt(4);
                for (int i = 0; i < polls; i++) {
                    EventBatch batch = Reading.poll(source);
                    if (batch.isEndOfSource()) {
                        return read;
                    }
                    keepSome(
                            batch,
                            i == polls - 1 ? random.nextInt(batch.events().size() + 1) : -1,
                            read,
                            durable);
                }
            }
        }
    }

    /** Keeps the first events of a batch, or all of it with what it says to resume after. */
    private static void keepSome(
            EventBatch batch, int count, Map<String, List<ChangeEvent>> read, Map<String, Position> durable) {
        List<ChangeEvent> kept = count < 0 ? batch.events() : batch.events().subList(0, count);
        if (!kept.isEmpty()) {
            read.computeIfAbsent(batch.lane(), lane -> new ArrayList<>()).addAll(kept);
            durable.put(batch.lane(), kept.get(kept.size() - 1).position());
        }
        if (count < 0 || batch.events().isEmpty()) {
            durable.put(batch.lane(), batch.resumeAfter());
        }
    }
}
