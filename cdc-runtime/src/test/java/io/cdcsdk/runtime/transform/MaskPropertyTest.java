package io.cdcsdk.runtime.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.format.ValueText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random tables, masks and changes: whatever they are, no value of a masked column is anywhere in the event. */
class MaskPropertyTest {
    private static final List<LogicalType> TYPES = List.of(
            LogicalType.INT32,
            LogicalType.INT64,
            LogicalType.FLOAT32,
            LogicalType.FLOAT64,
            LogicalType.decimal(30, 4),
            LogicalType.STRING,
            LogicalType.BYTES,
            LogicalType.DATE,
            LogicalType.TIME,
            LogicalType.TIMESTAMP,
            LogicalType.INSTANT,
            LogicalType.UUID,
            LogicalType.JSON,
            LogicalType.array(LogicalType.STRING));

    private enum Action {
        NONE,
        REDACT,
        HASH,
        PARTIAL,
        TOKENIZE
    }

    private static final MaskingKey KEY = KeyedTokenizerTest.key(5);
    private static final int KEPT = 4;

    private final KeyedTokenizer tokens = KeyedTokenizer.of(KEY);

    /** A value long enough not to turn up somewhere by chance. */
    private static Object value(LogicalType type, Random random) {
        long micros = random.nextLong(4_000_000_000_000_000L);
        return switch (type.kind()) {
            case BOOLEAN -> random.nextBoolean();
            case INT32 -> 1_000_000_000 + random.nextInt(1_000_000_000);
            case INT64 -> 1_000_000_000_000L + random.nextLong(1L << 60);
            case FLOAT32 -> random.nextFloat() + 1;
            case FLOAT64 -> random.nextDouble() * 1e6;
            case DECIMAL -> new BigDecimal(new BigInteger(80, random).setBit(70), random.nextInt(5));
            case STRING -> text(random);
            case BYTES -> text(random).getBytes(StandardCharsets.UTF_8);
            case DATE -> LocalDate.ofEpochDay(random.nextInt(2_900_000));
            case TIME -> LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000L) * 1000);
            case TIMESTAMP -> LocalDateTime.ofEpochSecond(micros / 1_000_000, 0, ZoneOffset.UTC);
            case INSTANT -> Instant.ofEpochSecond(micros / 1_000_000);
            case UUID -> new UUID(random.nextLong(), random.nextLong());
            case JSON -> "{\"a\":\"" + text(random) + "\"}";
            case ARRAY -> List.of(text(random), text(random));
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int length = 8 + random.nextInt(20);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(random.nextInt(8) == 0 ? 0x1F600 + random.nextInt(50) : 'A' + random.nextInt(50));
        }
        return text.toString();
    }

    private static Row row(TableSchema schema, Random random) {
        Row.Builder row = Row.builder(schema);
        for (int i = 0; i < schema.size(); i++) {
            int state = schema.isKey(i) ? 0 : random.nextInt(6);
            switch (state) {
                case 3 -> row.setNull(i);
                case 4 -> row.setAbsent(i);
                case 5 -> row.setUnavailable(i);
                default -> row.set(i, value(schema.column(i).type(), random));
            }
        }
        return row.build();
    }

    private static Action action(LogicalType type, boolean key, Random random) {
        if (key) {
            return random.nextBoolean() ? Action.HASH : Action.TOKENIZE;
        }
        Action action = Action.values()[random.nextInt(Action.values().length)];
        return action == Action.PARTIAL && !type.equals(LogicalType.STRING) ? Action.REDACT : action;
    }

    private Mask with(Mask mask, String column, Action action) {
        return switch (action) {
            case NONE -> mask;
            case REDACT -> mask.redact(column);
            case HASH -> mask.hash(column, KEY);
            case PARTIAL -> mask.partial(column, KEPT);
            case TOKENIZE -> mask.tokenize(column, tokens);
        };
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noMaskedValueSurvives(long seed) {
        Random random = new Random(seed);
        for (int table = 0; table < 20; table++) {
            TableSchema.Builder builder = TableSchema.builder(TableId.of("t" + table));
            int size = 1 + random.nextInt(40);
            int keys = random.nextInt(Math.min(3, size) + 1);
            Mask mask = Mask.table("t" + table);
            List<Action> actions = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                LogicalType type = TYPES.get(random.nextInt(TYPES.size()));
                String column = "c" + i;
                actions.add(action(type, i < keys, random));
                mask = with(mask, column, actions.get(i));
                if (i < keys) {
                    builder.key(column, type);
                } else {
                    builder.column(column, type);
                }
            }
            TableSchema schema = builder.build();
            for (int change = 0; change < 20; change++) {
                check(mask, actions, event(schema, random));
            }
        }
    }

    private static RowChange event(TableSchema schema, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> RowChange.snapshot(row(schema, random), People.at(1));
            case 1 -> RowChange.update(null, row(schema, random), People.at(1));
            case 2 -> RowChange.delete(row(schema, random), People.at(1));
            default -> RowChange.update(row(schema, random), row(schema, random), People.at(1));
        };
    }

    private void check(Mask mask, List<Action> actions, RowChange plain) {
        RowChange masked = (RowChange) Objects.requireNonNull(People.apply(mask, plain));
        String everything = texts(masked.before()) + '\n' + texts(masked.after()) + '\n' + masked;
        check(actions, plain.before(), masked.before(), everything);
        check(actions, plain.after(), masked.after(), everything);
        assertThat(masked.origin()).isSameAs(plain.origin());
        assertThat(masked.schema()).isSameAs(mask.schema(plain.schema()));
    }

    private static String texts(@Nullable Row row) {
        StringBuilder texts = new StringBuilder();
        for (int i = 0; row != null && i < row.schema().size(); i++) {
            if (row.hasValue(i)) {
                texts.append(ValueText.of(row, i)).append('\n');
            }
        }
        return texts.toString();
    }

    private void check(List<Action> actions, @Nullable Row plain, @Nullable Row masked, String everything) {
        assertThat(masked == null).isEqualTo(plain == null);
        if (plain == null || masked == null) {
            return;
        }
        for (int i = 0; i < actions.size(); i++) {
            Action action = actions.get(i);
            boolean toNull = action == Action.REDACT
                    && plain.hasValue(i)
                    && plain.schema().kind(i) != LogicalType.Kind.STRING;
            assertThat(masked.state(i)).isEqualTo(toNull ? ColumnState.NULL : plain.state(i));
            if (!plain.hasValue(i)) {
                continue;
            }
            if (action == Action.NONE) {
                assertThat(masked.value(i)).isEqualTo(plain.value(i));
            } else {
                assertThat(everything).doesNotContain(ValueText.of(plain, i));
            }
            if (action == Action.TOKENIZE) {
                assertThat(tokens.detokenize(masked.string(i))).isEqualTo(ValueText.comparable(plain, i));
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13})
    void hashesAndTokensKeepValuesApart(long seed) {
        Random random = new Random(seed);
        for (LogicalType type : TYPES) {
            TableSchema schema = TableSchema.builder(TableId.of("t"))
                    .key("hashed", type)
                    .key("tokenized", type)
                    .build();
            Mask mask = Mask.table("t").hash("hashed", KEY).tokenize("tokenized", tokens);
            Map<String, String> plainTexts = new HashMap<>();
            for (int i = 0; i < 400; i++) {
                Object value = value(type, random);
                Row plain = Row.of(schema, value, value);
                RowChange change =
                        (RowChange) Objects.requireNonNull(People.apply(mask, RowChange.insert(plain, People.at(i))));
                for (int column = 0; column < schema.size(); column++) {
                    String text = ValueText.comparable(plain, column);
                    String before = plainTexts.put(change.image().string(column), text);
                    assertThat(before == null || before.equals(text)).isTrue();
                }
            }
        }
    }
}
