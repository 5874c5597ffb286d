package io.cdcsdk.scd.rocksdb;

import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.TableId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The keys of what is kept once for a database, a lane, a cursor or a table: a letter, then texts. */
final class MetaKeys {
    static final byte FORMAT = 'f';
    static final byte LAST_COMMIT = 'c';
    static final byte LAST_EPOCH = 'e';
    static final byte LANE = 'l';
    static final byte CURSOR = 'p';
    static final byte TABLE = 't';
    static final byte HAND = 'h';

    private MetaKeys() {}

    static byte[] single(byte letter) {
        return new byte[] {letter};
    }

    static byte[] lane(String lane) {
        return of(LANE, List.of(lane));
    }

    static byte[] cursor(String target, String lane) {
        return of(CURSOR, List.of(target, lane));
    }

    static byte[] table(TableId table) {
        return of(TABLE, List.of(table.schema(), table.name()));
    }

    static byte[] hand(int table) {
        byte[] number = Numbers.fixed(table);
        number[0] = HAND;
        return number;
    }

    private static byte[] of(byte letter, List<String> texts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(letter);
            for (String text : texts) {
                out.writeUTF(text);
            }
        } catch (IOException e) {
            throw new Fatal("a name is too long for a key: " + texts.get(0).length() + " characters", e);
        }
        return bytes.toByteArray();
    }

    /** The texts of a key. */
    static List<String> texts(byte[] key, int count) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(key, 1, key.length - 1))) {
            return count == 1 ? List.of(in.readUTF()) : List.of(in.readUTF(), in.readUTF());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
