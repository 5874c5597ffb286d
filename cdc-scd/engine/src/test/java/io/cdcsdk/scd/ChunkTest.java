package io.cdcsdk.scd;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks against a list. */
class ChunkTest {
    private static Entry entry(long time) {
        return new Entry(Entry.Kind.INSERT, Entry.Flavour.PLAIN, time, "lane", Position.of(time), null, null);
    }

    private static List<Entry> list(@Nullable Chunk chunk) {
        Entry[] all = new Entry[Chunk.count(chunk)];
        if (chunk != null) {
            chunk.copyFirst(all.length, all, 0);
        }
        return Arrays.asList(all);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void areWhatWasAppendedWithoutWhatWasTakenOff(long seed) {
        Random random = new Random(seed);
        Chunk chunk = null;
        List<Entry> expected = new ArrayList<>();
        long time = 0;
        for (int step = 0; step < 300; step++) {
            List<Entry> before = List.copyOf(expected);
            Chunk old = chunk;
            Entry[] more = new Entry[random.nextInt(5) == 0 ? random.nextInt(200) : random.nextInt(4)];
            for (int i = 0; i < more.length; i++) {
                time += random.nextInt(3);
                more[i] = entry(time);
            }
            int from = more.length == 0 ? 0 : random.nextInt(more.length);
            chunk = Chunk.append(chunk, more, from, more.length);
            expected.addAll(Arrays.asList(more).subList(from, more.length));
            if (chunk != null && random.nextInt(3) == 0) {
                int gone = random.nextInt(expected.size() + 1);
                chunk = chunk.without(gone);
                expected = new ArrayList<>(expected.subList(gone, expected.size()));
            }
            assertThat(list(chunk)).isEqualTo(expected);
            assertThat(list(old)).as("the chunks before, which do not change").isEqualTo(before);
            if (chunk != null) {
                assertThat(chunk.first()).isSameAs(expected.get(0));
                assertThat(chunk.last()).isSameAs(expected.get(expected.size() - 1));
                long limit = time - random.nextInt(200);
                assertThat(chunk.countBefore(limit)).isEqualTo((int)
                        expected.stream().filter(each -> each.time < limit).count());
            }
        }
    }

    @Test
    void areAsManyAsNeedBe() {
        Chunk chunk = null;
        for (int i = 0; i < 1_000_000; i++) {
            chunk = Chunk.append(chunk, new Entry[] {entry(i)}, 0, 1);
        }
        Chunk rest = Objects.requireNonNull(chunk).without(500_001);
        assertThat(rest).isNotNull();
        assertThat(Chunk.count(rest)).isEqualTo(499_999);
        assertThat(Objects.requireNonNull(rest).first().time).isEqualTo(500_001);
        assertThat(chunk.without(1_000_000)).isNull();
    }
}
