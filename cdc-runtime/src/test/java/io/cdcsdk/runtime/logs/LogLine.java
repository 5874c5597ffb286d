package io.cdcsdk.runtime.logs;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * One line of the log.
 *
 * @param context the MDC of the thread
 * @param pairs the line's key-values
 */
public record LogLine(
        Level level,
        String logger,
        String thread,
        Map<String, String> context,
        Map<String, String> pairs,
        String message,
        @Nullable Throwable cause) {
    /** All of it as text, the stack trace with causes and suppressed exceptions too. */
    public String text() {
        StringWriter text = new StringWriter();
        text.append(level + " [" + thread + "] " + logger + " " + context + " " + pairs + " " + message);
        if (cause != null) {
            text.append('\n');
            cause.printStackTrace(new PrintWriter(text, true));
        }
        return text.toString();
    }
}
