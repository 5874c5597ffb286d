package io.cdcsdk.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DurationsTest {
    @Test
    void usualDurationsAreExact() {
        assertThat(Durations.nanos(Duration.ZERO)).isZero();
        assertThat(Durations.nanos(Duration.ofSeconds(30))).isEqualTo(30_000_000_000L);
    }

    @Test
    void endlessOnesCanBeAddedToAnother() {
        long endless = Durations.nanos(Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(endless).isGreaterThan(Durations.nanos(Duration.ofDays(365 * 70)));
        assertThat(Math.addExact(endless, endless)).isPositive();
    }

    @Test
    void negativeOnesStayBelowZero() {
        assertThat(Durations.nanos(Duration.ofSeconds(Long.MIN_VALUE))).isNegative();
    }
}
