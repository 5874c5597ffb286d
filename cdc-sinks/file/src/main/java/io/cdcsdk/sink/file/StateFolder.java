package io.cdcsdk.sink.file;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where everything lies: the tables' files in the target directory, and in its folder {@code .cdc} the states and intents
 * ({@code tables}), the claims ({@code lanes}), the runs of incomplete snapshots ({@code runs}) and the temporary files of each
 * open sink ({@code work}).
 */
record StateFolder(Path directory) {
    static final String NAME = ".cdc";
    static final String STATE_ENDING = ".json";
    static final String INTENT_ENDING = ".intent";
    static final String LOCK_ENDING = ".lock";

    private static final String PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
    private static final int LONGEST_NAME = 100;

    Path root() {
        return directory.resolve(NAME);
    }

    Path lock() {
        return root().resolve("lock");
    }

    Path tables() {
        return root().resolve("tables");
    }

    Path lanes() {
        return root().resolve("lanes");
    }

    Path runs() {
        return root().resolve("runs");
    }

    Path work() {
        return root().resolve("work");
    }

    Path state(String target) {
        return tables().resolve(fileName(target) + STATE_ENDING);
    }

    Path intent(String target) {
        return tables().resolve(fileName(target) + INTENT_ENDING);
    }

    Path claim(String lane) {
        return lanes().resolve(fileName(lane) + STATE_ENDING);
    }

    Path run(String target, long generation, int index) {
        return runs().resolve(fileName(target) + "-" + generation + "-" + index + ".run");
    }

    /** A path within the directory as it stands in records, so that the directory can be moved as a whole. */
    String relative(Path path) {
        return directory.relativize(path).toString().replace('\\', '/');
    }

    /** A text as part of a file name: other characters than letters, digits, dash, dot and underscore as percent codes. */
    static String fileName(String text) {
        StringBuilder name = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (PLAIN.indexOf(b) >= 0 && (b != '.' || name.length() > 0)) {
                name.append((char) b);
            } else {
                name.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return name.length() <= LONGEST_NAME ? name.toString() : name.substring(0, LONGEST_NAME / 2) + "~" + hash(text);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
