package io.cdcsdk.runtime;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.format.ValueText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What tells which events must not overtake each other: the table and a keyed hash of the key, so that dead letters show no key. An
 * event of a whole table stands for all of its keys. Not safe for use by several threads.
 */
final class EventKeys {
    private static final String ALGORITHM = "HmacSHA256";
    private static final String WHOLE_TABLE = "*";
    static final String SOURCE = "<";
    private static final String KEYLESS = "-";

    private final Mac mac;

    EventKeys(byte[] salt) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(salt, ALGORITHM));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** Everything of a table. */
    static String wholeTable(TableId table) {
        return wholeTable(table.toString());
    }

    /** Everything of a table, also as the source names it. */
    static String wholeTable(String table) {
        return table + "/" + WHOLE_TABLE;
    }

    /** What a row without a key has that waits behind its table: no other row stands behind it. */
    static String keyless(String table) {
        return table + "/" + KEYLESS;
    }

    /** The table of a key. */
    static String tableOf(String key) {
        return key.substring(0, key.lastIndexOf('/'));
    }

    /** One key; two where an update changes it; none for a row of a table without a key. */
    List<String> of(ChangeEvent event) {
        if (!(event instanceof RowChange change)) {
            return List.of(wholeTable(event.table()));
        }
        TableSchema schema = change.schema();
        if (!schema.hasKey()) {
            return List.of();
        }
        String now = of(schema, change.image());
        Row before = change.before();
        if (before == null || !hasKey(schema, before)) {
            return List.of(now);
        }
        String old = of(schema, before);
        return old.equals(now) ? List.of(now) : List.of(old, now);
    }

    /** The keys of an event as it was read, which are others than those that it has behind the transforms. */
    List<String> ofSource(ChangeEvent event) {
        return of(event).stream().map(key -> SOURCE + key).toList();
    }

    /** Whether a key is one of {@link #ofSource}. */
    static boolean isOfSource(String key) {
        return key.startsWith(SOURCE);
    }

    private static boolean hasKey(TableSchema schema, Row row) {
        for (int i = 0; i < schema.keySize(); i++) {
            if (!row.hasValue(schema.keyOrdinal(i))) {
                return false;
            }
        }
        return true;
    }

    private String of(TableSchema schema, Row row) {
        mac.reset();
        for (int i = 0; i < schema.keySize(); i++) {
            int ordinal = schema.keyOrdinal(i);
            byte[] text = (row.hasValue(ordinal)
                            ? ValueText.comparable(row, ordinal)
                            : row.state(ordinal).name())
                    .getBytes(StandardCharsets.UTF_8);
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).array());
            mac.update(text);
        }
        ByteBuffer hash = ByteBuffer.wrap(mac.doFinal());
        return schema.table() + "/" + Long.toHexString(hash.getLong()) + Long.toHexString(hash.getLong());
    }
}
