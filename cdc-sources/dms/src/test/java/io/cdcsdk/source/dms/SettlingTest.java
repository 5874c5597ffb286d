package io.cdcsdk.source.dms;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettlingTest {
    private static final Duration SETTLE_TIME = Duration.ofMinutes(10);

    private final Instant begun = Instant.parse("2026-11-21T12:00:00Z");
    private Instant now = begun;
    private final Settling settling = new Settling(SETTLE_TIME, () -> now);

    private int settled(Duration... ages) {
        List<DataFile> files = new ArrayList<>();
        for (int i = 0; i < ages.length; i++) {
            files.add(new DataFile("place" + i, new StoredFile("file" + i, 1, begun.minus(ages[i])), 0));
        }
        return settling.settled(files);
    }

    @Test
    void aFileThatWasWrittenLongAgoHasSettled() {
        assertThat(settled(SETTLE_TIME, SETTLE_TIME.minusSeconds(5), SETTLE_TIME))
                .isEqualTo(1);
    }

    @Test
    void aClockThatIsSetAheadSettlesNoFile() {
        assertThat(settled(Duration.ZERO)).isZero();
        now = begun.plus(Duration.ofHours(5));
        assertThat(settled(Duration.ZERO)).isZero();
        assertThat(settled(SETTLE_TIME)).isEqualTo(1);
    }

    @Test
    void aClockThatWasAheadAndIsSetRightSettlesNoFileTooEarly() {
        now = begun.minus(Duration.ofHours(5));
        assertThat(settled(SETTLE_TIME)).isZero();
        assertThat(settled(SETTLE_TIME.plusHours(5))).isEqualTo(1);
    }
}
