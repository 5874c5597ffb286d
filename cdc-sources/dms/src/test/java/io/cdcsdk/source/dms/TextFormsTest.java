package io.cdcsdk.source.dms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small text forms: commit times, change sequences, file names, UTF-8. */
class TextFormsTest {
    @ParameterizedTest
    @CsvSource({
        "2020-02-29 23:59:59.123456, 2020-02-29T23:59:59.123456Z",
        "1969-12-31 23:59:59.999999, 1969-12-31T23:59:59.999999Z",
        "2020-01-01 00:00:00, 2020-01-01T00:00:00Z",
        "2020-01-01 00:00:00.5, 2020-01-01T00:00:00.500Z",
        "0001-01-01 00:00:00.000001, 0001-01-01T00:00:00.000001Z",
        "9999-12-31 23:59:59.999999, 9999-12-31T23:59:59.999999Z",
    })
    void commitTimesAreMicroseconds(String text, Instant instant) {
        CommitTime times = new CommitTime();
        for (int i = 0; i < 2; i++) {
            assertThat(times.parse(("x" + text).toCharArray(), 1, text.length()))
                    .isEqualTo(instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2020-02-30 00:00:00",
                "2020-13-01 00:00:00",
                "2020-01-01T00:00:00",
                "2020-01-01 24:00:00",
                "2020-01-01 00:60:00",
                "2020-01-01 00:00:60",
                "2020-01-01 00:00:00.1234567",
                "2020-01-01 00:00:00,5",
                "2020-1-01 00:00:00.5",
                "2020-01-01 0a:00:00",
                "2020-01-01 00:00:00.-5"
            })
    void otherTextIsNoCommitTime(String text) {
        assertThatThrownBy(() -> new CommitTime().parse(text.toCharArray(), 0, text.length()))
                .isInstanceOf(FieldError.class)
                .hasMessageContaining("2026-01-31 23:59:59.123456");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "2020022923595912000000000000000000x", "202002292359591200000000000000000071"})
    void otherTextIsNoChangeSequence(String text) {
        assertThatThrownBy(() -> ChangeSequence.parse(text.toCharArray(), 0, text.length()))
                .isInstanceOf(FieldError.class)
                .hasMessage("expected 35 digits");
    }

    @ParameterizedTest
    @CsvSource({
        "LOAD1.csv, TABLE, 0/000000000/0000000000000001/LOAD1.csv",
        "LOAD0000abcd.csv.gz, TABLE, 0/000000000/000000000000ABCD/LOAD0000abcd.csv",
        "SEGMENT3_LOAD00000001.csv, ANY_CSV, 0/000000003/0000000000000001/SEGMENT3_LOAD00000001.csv",
        "20141029-1134010000.csv, TABLE, 2/20141029-1134010000.csv",
        "anything.csv, ANY_CSV, 2/anything.csv",
        "CDC_TXN-20201117153046033.csv, TRANSACTIONS, 2/CDC_TXN-20201117153046033.csv",
    })
    void namesSayWhereAFileIsRead(String name, FileNames.Family family, String place) {
        StoredFile stored = new StoredFile("a/b/" + name, 1, Instant.EPOCH);
        assertThat(FileNames.dataFile(stored, family))
                .extracting(DataFile::place)
                .isEqualTo(place);
    }

    @ParameterizedTest
    @CsvSource({
        "anything.csv, TABLE",
        "LOADX.csv, TABLE",
        "CDC_TXN-20201117153046033.csv, TABLE",
        "20141029.csv, TABLE",
        "LOAD00000001.csv, TRANSACTIONS",
        "anything.txt, ANY_CSV",
    })
    void otherNamesDoNotBelong(String name, FileNames.Family family) {
        assertThat(FileNames.dataFile(new StoredFile("a/b/" + name, 1, Instant.EPOCH), family))
                .isNull();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void utf8IsReadWhateverTheSizeOfTheReads(long seed) throws IOException {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            text.append(new String[] {"a", "ß", "日", "😀", "\n"}[random.nextInt(5)]);
        }
        InputStream slow = new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
                return super.read(buffer, offset, Math.min(length, 1 + random.nextInt(100)));
            }
        };
        StringWriter read = new StringWriter();
        try (Utf8Reader reader = new Utf8Reader(slow, DmsOption.LastLine.MAY_LACK_END)) {
            char[] buffer = new char[100];
            for (int count = reader.read(buffer, 3, 50); count >= 0; count = reader.read(buffer, 3, 50)) {
                read.write(buffer, 3, count);
            }
        }
        assertThat(read.toString()).isEqualTo(text.toString());
    }

    @Test
    void whatComesBeforeABrokenByteIsHandedOut() throws IOException {
        byte[] cutOff = {'a', 'b', (byte) 0xE2, (byte) 0x82};
        try (Utf8Reader reader = new Utf8Reader(new ByteArrayInputStream(cutOff), DmsOption.LastLine.MAY_LACK_END)) {
            char[] buffer = new char[10];
            assertThat(reader.read(buffer, 0, 10)).isEqualTo(2);
            assertThatThrownBy(() -> reader.read(buffer, 0, 10)).isInstanceOf(CharacterCodingException.class);
        }
    }
}
