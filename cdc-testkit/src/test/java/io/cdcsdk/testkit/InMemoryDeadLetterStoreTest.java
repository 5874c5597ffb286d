package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord.Id;
import io.cdcsdk.api.DeadLetterStore;
import io.cdcsdk.api.Retryable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InMemoryDeadLetterStoreTest extends DeadLetterStoreContract {
    private final InMemoryDeadLetterStore store = new InMemoryDeadLetterStore();

    @Override
    protected DeadLetterStore newStore() {
        return store;
    }

    @Test
    void failsTheNextAppendAndTakesItWhenRepeated() {
        DeadLetterLog log = open();
        store.failNextAppend();
        assertThatThrownBy(() -> log.append(List.of(letter("one")))).isInstanceOf(Retryable.class);
        assertThat(store.records(PIPELINE, SINK)).isEmpty();
        log.append(List.of(letter("one")));
        assertThat(store.records(PIPELINE, SINK)).containsExactly(Map.entry(new Id(log.session(), 0), letter("one")));
        assertThat(store.records(PIPELINE, "another")).isEmpty();
    }
}
