package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.DeadLetterRecord.Id;
import io.cdcsdk.api.DeadLetterRecord.Letter;
import io.cdcsdk.api.DeadLetterStore;
import io.cdcsdk.api.Position;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** What {@link DeadLetterStoreContract} needs to know of a store, and what its checks share. */
abstract class DeadLetterStoreFixture {
    static final String PIPELINE = "people";
    static final String SINK = "files";

    private final List<DeadLetterLog> logs = new ArrayList<>();

    /**
     * Makes a store. Every store of one test method sees the same logs, as that of another process would; every test method
     * starts without any.
     */
    protected abstract DeadLetterStore newStore();

    /** The folder in which the store keeps its files; by default none. */
    protected Optional<Path> directory() {
        return Optional.empty();
    }

    /** How long to wait for what happens in the background; 30 seconds by default. */
    protected Duration patience() {
        return Duration.ofSeconds(30);
    }

    /** A session with a store of its own, closed after the test. */
    final DeadLetterLog open() {
        return open(PIPELINE, SINK);
    }

    final DeadLetterLog open(String pipeline, String sink) {
        DeadLetterLog log = newStore().open(pipeline, sink);
        logs.add(log);
        return log;
    }

    static Map<Id, DeadLetterRecord> read(DeadLetterLog log) {
        Map<Id, DeadLetterRecord> records = new LinkedHashMap<>();
        log.read((id, record) -> assertThat(records.put(id, record))
                .as("what was visited before at %s", id)
                .isNull());
        return records;
    }

    /** A letter that holds nothing but a text. */
    static Letter letter(String text) {
        return new Letter(
                "lane", Position.of(1), "t", List.of(text), null, 0, null, 1, Instant.parse("2026-01-01T00:00:00Z"));
    }

    /** Asserts that a session reads these records of these sessions, in this order. */
    final void assertReads(DeadLetterLog reader, Map<String, List<DeadLetterRecord>> expected) {
        List<Map.Entry<Id, DeadLetterRecord>> all = new ArrayList<>();
        expected.forEach((session, records) -> {
            for (int i = 0; i < records.size(); i++) {
                all.add(Map.entry(new Id(session, i), records.get(i)));
            }
        });
        assertThat(List.copyOf(read(reader).entrySet()))
                .as("records that session %s reads", reader.session())
                .isEqualTo(all);
    }

    @AfterEach
    final void closeSessions() {
        logs.forEach(DeadLetterLog::close);
    }
}
