package io.cdcsdk.runtime.logs;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.LoggingEventAware;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * The log of the tests: prints warnings and errors, and keeps every line down to TRACE while somebody records. The MDC of a thread is
 * its own: no thread inherits that of the one that started it.
 */
public final class RecordedLogs implements SLF4JServiceProvider {
    /** Keeps lines until it is closed. */
    public static final class Recording implements AutoCloseable {
        private final List<LogLine> lines = new CopyOnWriteArrayList<>();

        private Recording() {}

        /** What has been logged so far, by any thread. */
        public List<LogLine> lines() {
            return List.copyOf(lines);
        }

        @Override
        public void close() {
            RECORDINGS.remove(this);
        }
    }

    private static final List<Recording> RECORDINGS = new CopyOnWriteArrayList<>();

    private final Map<String, Logger> loggers = new ConcurrentHashMap<>();
    private final MDCAdapter contexts = new Contexts();
    private final IMarkerFactory markers = new BasicMarkerFactory();

    /** Made by SLF4J. */
    public RecordedLogs() {}

    /** Starts to keep all lines. */
    public static Recording record() {
        Recording recording = new Recording();
        RECORDINGS.add(recording);
        return recording;
    }

    private static void add(LogLine line) {
        RECORDINGS.forEach(recording -> recording.lines.add(line));
        if (line.level().toInt() >= Level.WARN.toInt()) {
            System.err.println(line.text());
        }
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return name -> loggers.computeIfAbsent(name, RecordedLogger::new);
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return contexts;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }

    @Override
    public void initialize() {}

    private static final class Contexts extends NOPMDCAdapter {
        private final ThreadLocal<Map<String, String>> own = ThreadLocal.withInitial(HashMap::new);

        @Override
        public void put(String key, String value) {
            own.get().put(key, value);
        }

        @Override
        public @Nullable String get(String key) {
            return own.get().get(key);
        }

        @Override
        public void remove(String key) {
            own.get().remove(key);
        }

        @Override
        public void clear() {
            own.get().clear();
        }

        @Override
        public Map<String, String> getCopyOfContextMap() {
            return new HashMap<>(own.get());
        }

        @Override
        public void setContextMap(Map<String, String> map) {
            own.set(new HashMap<>(map));
        }
    }

    private static final class RecordedLogger extends LegacyAbstractLogger implements LoggingEventAware {
        private static final long serialVersionUID = 1L;

        RecordedLogger(String name) {
            this.name = name;
        }

        @Override
        public void log(LoggingEvent event) {
            Map<String, String> pairs = new LinkedHashMap<>();
            List<KeyValuePair> given = event.getKeyValuePairs();
            for (KeyValuePair pair : given == null ? List.<KeyValuePair>of() : given) {
                pairs.put(pair.key, String.valueOf(pair.value));
            }
            keep(event.getLevel(), pairs, event.getMessage(), event.getArgumentArray(), event.getThrowable());
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String message,
                Object @Nullable [] arguments,
                @Nullable Throwable cause) {
            keep(level, Map.of(), message, arguments, cause);
        }

        private void keep(
                Level level,
                Map<String, String> pairs,
                String message,
                Object @Nullable [] arguments,
                @Nullable Throwable cause) {
            add(new LogLine(
                    level,
                    getName(),
                    Thread.currentThread().getName(),
                    Map.copyOf(org.slf4j.MDC.getCopyOfContextMap()),
                    pairs,
                    String.valueOf(MessageFormatter.basicArrayFormat(message, arguments)),
                    cause));
        }

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        public boolean isTraceEnabled() {
            return !RECORDINGS.isEmpty();
        }

        @Override
        public boolean isDebugEnabled() {
            return !RECORDINGS.isEmpty();
        }

        @Override
        public boolean isInfoEnabled() {
            return !RECORDINGS.isEmpty();
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }
    }
}
