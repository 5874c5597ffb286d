package io.cdcsdk.scd;

import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows as bytes: the states, at two bits each unless all columns have a value, then the values. */
final class RowCodec {
    private static final ColumnState[] STATES = ColumnState.values();
    private static final long MILLION = 1_000_000;

    private RowCodec() {}

    static void write(ByteWriter out, Row row) {
        int size = row.schema().size();
        boolean full = true;
        for (int i = 0; i < size && full; i++) {
            full = row.hasValue(i);
        }
        out.raw(full ? 1 : 0);
        if (!full) {
            for (int i = 0; i < size; i += 4) {
                int bits = 0;
                for (int j = i; j < Math.min(size, i + 4); j++) {
                    bits |= row.state(j).ordinal() << 2 * (j - i);
                }
                out.raw(bits);
            }
        }
        for (int i = 0; i < size; i++) {
            if (full || row.hasValue(i)) {
                writeColumn(out, row, i);
            }
        }
    }

    private static void writeColumn(ByteWriter out, Row row, int ordinal) {
        LogicalType.Kind kind = row.schema().kind(ordinal);
        switch (kind) {
            case FLOAT32, FLOAT64 -> out.fixed(row.primitive(ordinal));
            case BOOLEAN -> out.raw((int) row.primitive(ordinal));
            case INT32, INT64, DATE, TIME, TIMESTAMP, INSTANT -> out.number(row.primitive(ordinal));
            case STRING, JSON, DECIMAL, BYTES, UUID, ARRAY -> writeReference(out, row.reference(ordinal));
        }
    }

    /** Writes a value that is not of fixed width; arrays with their elements' states. */
    private static void writeReference(ByteWriter out, Object value) {
        if (value instanceof String text) {
            out.text(text);
        } else if (value instanceof BigDecimal decimal) {
            writeDecimal(out, decimal);
        } else if (value instanceof byte[] bytes) {
            out.bytes(bytes);
        } else if (value instanceof UUID id) {
            out.fixed(id.getMostSignificantBits());
            out.fixed(id.getLeastSignificantBits());
        } else if (value instanceof List<?> list) {
            out.count(list.size());
            for (Object element : list) {
                out.raw(element == null ? 0 : 1);
                if (element != null) {
                    writeElement(out, element);
                }
            }
        } else {
            throw new IllegalArgumentException("no value of a row: " + value.getClass());
        }
    }

    // One bit of the first number tells whether the digits fit a long.
    private static void writeDecimal(ByteWriter out, BigDecimal decimal) {
        BigInteger unscaled = decimal.unscaledValue();
        boolean fits = unscaled.bitLength() < Long.SIZE;
        out.number((long) decimal.scale() << 1 | (fits ? 0 : 1));
        if (fits) {
            out.number(unscaled.longValue());
        } else {
            out.bytes(unscaled.toByteArray());
        }
    }

    private static void writeElement(ByteWriter out, Object value) {
        if (value instanceof Boolean truth) {
            out.raw(truth ? 1 : 0);
        } else if (value instanceof Float number) {
            out.fixed(Float.floatToRawIntBits(number));
        } else if (value instanceof Double number) {
            out.fixed(Double.doubleToRawLongBits(number));
        } else if (value instanceof Number number && !(value instanceof BigDecimal)) {
            out.number(number.longValue());
        } else if (value instanceof LocalDate date) {
            out.number(date.toEpochDay());
        } else if (value instanceof LocalTime time) {
            out.number(time.toNanoOfDay() / 1000);
        } else if (value instanceof LocalDateTime timestamp) {
            out.number(micros(timestamp.toInstant(ZoneOffset.UTC)));
        } else if (value instanceof Instant instant) {
            out.number(micros(instant));
        } else {
            writeReference(out, value);
        }
    }

    private static long micros(Instant instant) {
        return instant.getEpochSecond() * MILLION + instant.getNano() / 1000;
    }

    /** Reads a row, whose every column it sets in the builder. */
    static Row read(ByteReader in, Row.Builder builder) {
        int size = builder.schema().size();
        boolean full = in.raw() == 1;
        byte[] states = full ? new byte[0] : in.raw((size + 3) / 4);
        for (int i = 0; i < size; i++) {
            ColumnState state = full ? ColumnState.VALUE : STATES[states[i / 4] >>> 2 * (i % 4) & 3];
            switch (state) {
                case VALUE -> readColumn(in, builder, i);
                case NULL -> builder.setNull(i);
                case ABSENT -> builder.setAbsent(i);
                case UNAVAILABLE -> builder.setUnavailable(i);
            }
        }
        return builder.build();
    }

    private static void readColumn(ByteReader in, Row.Builder builder, int ordinal) {
        LogicalType type = builder.schema().column(ordinal).type();
        switch (type.kind()) {
            case FLOAT32, FLOAT64 -> builder.setPrimitive(ordinal, in.fixed());
            case BOOLEAN -> builder.setPrimitive(ordinal, in.raw());
            case INT32, INT64, DATE, TIME, TIMESTAMP, INSTANT -> builder.setPrimitive(ordinal, in.number());
            case STRING, JSON -> builder.setString(ordinal, in.text());
            case DECIMAL, BYTES, UUID, ARRAY -> builder.set(ordinal, readValue(in, type));
        }
    }

    private static Object readValue(ByteReader in, LogicalType type) {
        return switch (type.kind()) {
            case BOOLEAN -> in.raw() == 1;
            case FLOAT32 -> Float.intBitsToFloat((int) in.fixed());
            case FLOAT64 -> Double.longBitsToDouble(in.fixed());
            case INT32 -> (int) in.number();
            case INT64 -> in.number();
            case DATE -> LocalDate.ofEpochDay(in.number());
            case TIME -> LocalTime.ofNanoOfDay(in.number() * 1000);
            case TIMESTAMP -> {
                Instant instant = instant(in.number());
                yield LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC);
            }
            case INSTANT -> instant(in.number());
            case STRING, JSON -> in.text();
            case DECIMAL -> readDecimal(in);
            case BYTES -> in.bytes();
            case UUID -> new UUID(in.fixed(), in.fixed());
            case ARRAY -> readList(in, type);
        };
    }

    private static BigDecimal readDecimal(ByteReader in) {
        long header = in.number();
        long scale = header >> 1;
        if (scale != (int) scale) {
            throw new Fatal("the state of a history is damaged: a decimal has the scale " + scale);
        }
        return (header & 1) == 0
                ? BigDecimal.valueOf(in.number(), (int) scale)
                : new BigDecimal(new BigInteger(in.bytes()), (int) scale);
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, MILLION), Math.floorMod(micros, MILLION) * 1000);
    }

    private static List<@Nullable Object> readList(ByteReader in, LogicalType type) {
        int size = in.size();
        List<@Nullable Object> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(in.raw() == 0 ? null : readValue(in, type.element()));
        }
        return Collections.unmodifiableList(list);
    }

    /** The values of a key, as {@link RowKey#values()} gives them. */
    static void writeKey(ByteWriter out, RowKey key) {
        Object[] values = key.values();
        out.count(values.length);
        for (Object value : values) {
            if (value instanceof Long bits) {
                out.raw('l');
                out.number(bits);
            } else if (value instanceof String text) {
                out.raw('s');
                out.text(text);
            } else if (value instanceof BigDecimal decimal) {
                out.raw('d');
                writeReference(out, decimal);
            } else if (value instanceof byte[] bytes) {
                out.raw('b');
                out.bytes(bytes);
            } else if (value instanceof UUID id) {
                out.raw('u');
                writeReference(out, id);
            } else {
                throw new IllegalArgumentException("no value of a key: " + value.getClass());
            }
        }
    }

    static RowKey readKey(ByteReader in) {
        Object[] values = new Object[in.size()];
        for (int i = 0; i < values.length; i++) {
            int tag = in.raw();
            values[i] = switch (tag) {
                case 'l' -> in.number();
                case 's' -> in.text();
                case 'd' -> readDecimal(in);
                case 'b' -> in.bytes();
                case 'u' -> new UUID(in.fixed(), in.fixed());
                default -> throw new Fatal("the state of a history is damaged: no key value begins with " + tag);
            };
        }
        return RowKey.of(values);
    }
}
