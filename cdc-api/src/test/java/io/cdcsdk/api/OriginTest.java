package io.cdcsdk.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {
    @Test
    void mayTellNoTime() {
        Origin origin = Origin.at(Position.of(1));
        assertThat(origin.hasSourceTime()).isFalse();
        assertThat(origin.sourceInstant()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"0, 1970-01-01T00:00:00Z", "-1, 1969-12-31T23:59:59.999999Z", "1500000, 1970-01-01T00:00:01.5Z"})
    void tellsTheTimeInMicroseconds(long micros, Instant instant) {
        assertThat(Origin.at(Position.of(1), micros).sourceInstant()).isEqualTo(instant);
    }

    @Test
    void sourceOrdersCompareAsUnsigned() {
        assertThat(new SourceOrder[] {
                    new SourceOrder(0, 0), new SourceOrder(0, -1), new SourceOrder(1, 0), new SourceOrder(-1, 0)
                })
                .isSorted();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0", "23423.1", "18446744073709551615.18446744073709551615"})
    void sourceOrdersComeBackFromTheirText(String text) {
        assertThat(SourceOrder.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1.", ".1", "1.2.3", "-1.0", "18446744073709551616.0"})
    void refusesWhatIsNoSourceOrder(String text) {
        assertThatThrownBy(() -> SourceOrder.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void batchesKnowWhereToResume() {
        EventBatch batch =
                EventBatch.of("lane", List.of(), Position.of(7), 100, EventBatch.Boundary.INSIDE_TRANSACTION);
        assertThat(batch.resumeAfter()).isEqualTo(Position.of(7));
        assertThat(batch.isIdle()).isFalse();
        assertThat(batch.isEndOfSource()).isFalse();
        assertThat(batch.withEvents(List.of()).boundary()).isEqualTo(EventBatch.Boundary.INSIDE_TRANSACTION);
        assertThat(batch).hasToString("0 events of lane lane up to 1:0:7:");
    }

    @Test
    void idleBatchesHaveNoPosition() {
        assertThat(EventBatch.idle().isIdle()).isTrue();
        assertThat(EventBatch.idle().isEndOfSource()).isFalse();
        assertThat(EventBatch.endOfSource().isEndOfSource()).isTrue();
        assertThatThrownBy(() -> EventBatch.idle().resumeAfter()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> EventBatch.endOfSource().resumeAfter()).isInstanceOf(IllegalStateException.class);
    }
}
