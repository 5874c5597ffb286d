package io.cdcsdk.scd;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Times for messages. */
final class Times {
    private static final long MICROS = TimeUnit.SECONDS.toMicros(1);

    private Times() {}

    static String text(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000)
                .toString();
    }
}
