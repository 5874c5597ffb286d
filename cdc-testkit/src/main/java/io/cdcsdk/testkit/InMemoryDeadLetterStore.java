package io.cdcsdk.testkit;

import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.DeadLetterStore;
import io.cdcsdk.api.Retryable;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Keeps dead letters as long as the object lives, and never cleans any away. Safe for use by several threads. */
public final class InMemoryDeadLetterStore implements DeadLetterStore {
    private static final int SALT_BYTES = 16;

    private record Key(String pipeline, String sink) {}

    private record Log(byte[] salt, TreeMap<String, List<DeadLetterRecord>> sessions) {}

    private final Map<Key, Log> logs = new HashMap<>();
    private int sessions;
    private int failures;

    /** A store without letters. */
    public InMemoryDeadLetterStore() {}

    /** Makes the next append of any session throw a {@link Retryable}; called several times, that many appends. */
    public synchronized void failNextAppend() {
        failures++;
    }

    /** The records of one log, as {@link DeadLetterLog#read} visits them, without a session of one's own. */
    public synchronized Map<DeadLetterRecord.Id, DeadLetterRecord> records(String pipeline, String sink) {
        Map<DeadLetterRecord.Id, DeadLetterRecord> records = new LinkedHashMap<>();
        Log log = logs.get(new Key(pipeline, sink));
        if (log != null) {
            log.sessions().forEach((session, appended) -> {
                for (int i = 0; i < appended.size(); i++) {
                    records.put(new DeadLetterRecord.Id(session, i), appended.get(i));
                }
            });
        }
        return records;
    }

    @Override
    public synchronized DeadLetterLog open(String pipeline, String sink) {
        Key key = new Key(pipeline, sink);
        Log log = logs.computeIfAbsent(key, unused -> new Log(salt(), new TreeMap<>()));
        String session = String.format(Locale.ROOT, "session-%09d", ++sessions);
        log.sessions().put(session, new ArrayList<>());
        return new Session(key, log, session);
    }

    private static byte[] salt() {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return salt;
    }

    private synchronized void append(Log log, String session, List<DeadLetterRecord> records) {
        if (records.isEmpty()) {
            return;
        }
        if (failures > 0) {
            failures--;
            throw new Retryable("the append fails, as failNextAppend() asked for");
        }
        log.sessions().computeIfAbsent(session, name -> new ArrayList<>()).addAll(records);
    }

    private final class Session implements DeadLetterLog {
        private final Key key;
        private final Log log;
        private final String session;
        private boolean closed;

        Session(Key key, Log log, String session) {
            this.key = key;
            this.log = log;
            this.session = session;
        }

        @Override
        public String session() {
            return session;
        }

        @Override
        public byte[] salt() {
            return log.salt().clone();
        }

        @Override
        public void read(Visitor visitor) {
            requireOpen();
            records(key.pipeline(), key.sink()).forEach(visitor::visit);
        }

        @Override
        public void append(List<DeadLetterRecord> records) {
            requireOpen();
            InMemoryDeadLetterStore.this.append(log, session, List.copyOf(records));
        }

        private void requireOpen() {
            if (closed) {
                throw new IllegalStateException("the session is closed");
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
