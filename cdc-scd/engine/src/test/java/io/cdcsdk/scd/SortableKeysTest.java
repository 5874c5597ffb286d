package io.cdcsdk.scd;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes of keys sort as the keys do, and are read back as what they were. */
class SortableKeysTest {
    private static final int KEYS = 300;

    /** What the columns of a key may hold. */
    enum Content {
        NUMBERS(random -> random.nextInt(4) == 0 ? random.nextInt(5) - 2L : random.nextLong()),
        TEXTS(SortableKeysTest::text),
        BYTES(SortableKeysTest::bytes),
        DECIMALS(SortableKeysTest::decimal),
        UUIDS(random -> new UUID(random.nextInt(3) - 1L, random.nextLong()));

        private final Function<Random, Object> next;

        Content(Function<Random, Object> next) {
            this.next = next;
        }
    }

    private static String text(Random random) {
        char[] units = new char[random.nextInt(4)];
        String alphabet = "\u0000\u0001ab\u007F\u0080\u07FF\u0800\uD7FF\uD800\uDBFF\uDC00\uDFFF\uE000\uFFFF";
        for (int i = 0; i < units.length; i++) {
            units[i] = alphabet.charAt(random.nextInt(alphabet.length()));
        }
        return new String(units);
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(4)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextInt(4) - 2);
        }
        return bytes;
    }

    private static BigDecimal decimal(Random random) {
        BigDecimal decimal = new BigDecimal(BigInteger.valueOf(random.nextInt(2001) - 1000L), random.nextInt(9) - 4);
        return decimal.signum() == 0 ? BigDecimal.ZERO : decimal.stripTrailingZeros();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Content.class)
    void sortAsKeysDo(Content content) {
        Random random = new Random(42);
        List<RowKey> keys = Stream.generate(() -> RowKey.of(new Object[] {content.next.apply(random)}))
                .limit(KEYS)
                .toList();
        assertSameOrder(keys);
    }

    @Test
    void keysOfSeveralColumnsSortColumnByColumn() {
        Random random = new Random(43);
        List<RowKey> keys = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            keys.add(RowKey.of(
                    new Object[] {text(random), bytes(random), (long) random.nextInt(3) - 1, decimal(random)}));
        }
        assertSameOrder(keys);
    }

    private static void assertSameOrder(List<RowKey> keys) {
        for (RowKey one : keys) {
            for (RowKey other : keys) {
                int order = Integer.signum(one.compareTo(other));
                int ofBytes = Integer.signum(Arrays.compareUnsigned(StateCodec.encode(one), StateCodec.encode(other)));
                assertThat(ofBytes)
                        .as("%s and %s", Arrays.deepToString(one.values()), Arrays.deepToString(other.values()))
                        .isEqualTo(order);
                assertThat(one.equals(other)).isEqualTo(order == 0);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Content.class)
    void areReadBack(Content content) {
        Random random = new Random(44);
        for (int i = 0; i < KEYS; i++) {
            RowKey key = RowKey.of(new Object[] {content.next.apply(random), content.next.apply(random)});
            ByteWriter out = new ByteWriter();
            RowCodec.writeKey(out, key);
            RowKey read = RowCodec.readKey(new ByteReader(out.toBytes()));
            assertThat(read).isEqualTo(key).hasSameHashCodeAs(key);
            assertThat(read.compareTo(key)).isZero();
        }
    }
}
