package io.cdcsdk.runtime.transform;

import static io.cdcsdk.runtime.transform.People.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Column;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Truncate;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskTest {
    private static final MaskingKey KEY = MaskingKey.of(new byte[32]);
    // HMAC-SHA256 under a key derived from 32 zero bytes, worked out by an independent program.
    private static final String HASH_OF_MAX = "11f559a500fe8882da33ebd415a5e7368a481031cc72956722b1702400cc1fd6";
    private static final String HASH_OF_ONE = "b656c88bd1bff566692b203f2ba702ac59bc6c784edfb2027d8e5d93a5002e2a";

    private static final TableSchema CUSTOMER = TableSchema.builder(TableId.of("public", "customer"))
            .key("email", LogicalType.STRING)
            .column(Column.required("phone", LogicalType.STRING))
            .column(Column.required("salary", LogicalType.decimal(10, 2)))
            .column("notes", LogicalType.STRING)
            .column("ssn", LogicalType.INT64)
            .column("profile", LogicalType.JSON)
            .build();

    private final KeyedTokenizer tokens = KeyedTokenizer.of(KEY);
    private final Mask mask = Mask.table("public.customer")
            .hash("email", KEY)
            .partial("phone", 4)
            .redact("notes", "salary")
            .tokenize("ssn", tokens)
            .detectAndRedact(PersonalData.EMAIL_ADDRESS);

    private static Row customer(@Nullable String notes, @Nullable Long ssn) {
        return Row.of(
                CUSTOMER, "max@example.com", "0151 4711", new BigDecimal("10.50"), notes, ssn, "{\"a\":\"b@c.de\"}");
    }

    private static Row image(Mask mask, Row row) {
        return ((RowChange) Objects.requireNonNull(People.apply(mask, RowChange.insert(row, at(1))))).image();
    }

    private static TableSchema single(LogicalType type) {
        return TableSchema.builder(TableId.of("t")).column("c", type).build();
    }

    private static @Nullable Object masked(Mask mask, LogicalType type, Object value) {
        return image(mask, Row.of(single(type), value)).value(0);
    }

    @Test
    void masksEachColumnInItsWay() {
        Row row = image(mask, customer("likes tea", 123456789L));
        assertThat(row.value("email")).isEqualTo(HASH_OF_MAX);
        assertThat(row.value("phone")).isEqualTo("*****4711");
        assertThat(row.value("salary")).isNull();
        assertThat(row.value("notes")).isEqualTo("***");
        assertThat(tokens.detokenize((String) Objects.requireNonNull(row.value("ssn"))))
                .isEqualTo("123456789");
        assertThat(row.value("profile")).isEqualTo("{\"a\":\"***\"}");
    }

    @Test
    void theSchemaTellsWhatBecameOfTheColumns() {
        assertThat(mask.schema(CUSTOMER))
                .isEqualTo(TableSchema.builder(TableId.of("public", "customer"))
                        .key("email", LogicalType.STRING)
                        .column(Column.required("phone", LogicalType.STRING))
                        .column("salary", LogicalType.decimal(10, 2))
                        .column("notes", LogicalType.STRING)
                        .column("ssn", LogicalType.STRING)
                        .column("profile", LogicalType.JSON)
                        .build());
    }

    @Test
    void masksTheKeyAndBothImages() {
        Row before = customer("a", 1L);
        Row after = before.toBuilder().set("email", "eva@example.com").build();
        RowChange update =
                (RowChange) Objects.requireNonNull(People.apply(mask, RowChange.update(before, after, at(7))));
        assertThat(update).isEqualTo(RowChange.update(image(mask, before), image(mask, after), at(7)));
        assertThat(Objects.requireNonNull(update.before()).value("email"))
                .isEqualTo(HASH_OF_MAX)
                .isNotEqualTo(update.image().value("email"));
    }

    @Test
    void masksTheKeyOfADelete() {
        Row key = Row.builder(CUSTOMER).set("email", "max@example.com").build();
        RowChange delete = (RowChange) Objects.requireNonNull(People.apply(mask, RowChange.delete(key, at(1))));
        assertThat(delete.image().value("email")).isEqualTo(HASH_OF_MAX);
        for (int i = 1; i < CUSTOMER.size(); i++) {
            assertThat(delete.image().state(i)).isEqualTo(ColumnState.ABSENT);
        }
    }

    @Test
    void nullAbsentAndUnavailableStayWhatTheyAre() {
        Row row = image(
                mask,
                customer(null, null).toBuilder().setUnavailable(1).setAbsent(2).build());
        assertThat(row.state(1)).isEqualTo(ColumnState.UNAVAILABLE);
        assertThat(row.state(2)).isEqualTo(ColumnState.ABSENT);
        assertThat(row.state(3)).isEqualTo(ColumnState.NULL);
        assertThat(row.state(4)).isEqualTo(ColumnState.NULL);
    }

    @Test
    void carriesTheSchemaThroughEveryOtherEvent() {
        TableSchema masked = mask.schema(CUSTOMER);
        assertThat(People.apply(mask, new Truncate(CUSTOMER, at(1)))).isEqualTo(new Truncate(masked, at(1)));
        assertThat(People.apply(mask, new SnapshotStarted(CUSTOMER, at(1))))
                .isEqualTo(new SnapshotStarted(masked, at(1)));
        TableSchema wider = CUSTOMER.toBuilder()
                .version(2)
                .column("zip", LogicalType.STRING)
                .build();
        assertThat(People.apply(mask, new SchemaChange(CUSTOMER, wider, at(1))))
                .isEqualTo(new SchemaChange(masked, mask.schema(wider), at(1)));
    }

    @Test
    void passesOtherTablesAsTheyAre() {
        ChangeEvent place = RowChange.insert(Row.of(People.PLACES, 1L, "max@example.com"), at(1));
        assertThat(People.apply(mask, place)).isSameAs(place);
    }

    @Test
    void everyCallReturnsANewMask() {
        Mask none = Mask.table("public.customer");
        Mask redacted = none.redact("notes");
        assertThat(none.schema(CUSTOMER)).isSameAs(CUSTOMER);
        Row row = customer("secret", 1L);
        assertThat(image(none, row)).isSameAs(row);
        assertThat(image(redacted, row).value("notes")).isEqualTo("***");
    }

    @Test
    void replayingGivesTheSame() {
        Row row = customer("a", 5L);
        Mask again = Mask.table("public.customer")
                .tokenize("ssn", KeyedTokenizer.of(KEY))
                .redact("salary", "notes")
                .partial("phone", 4)
                .hash("email", KEY)
                .detectAndRedact(PersonalData.EMAIL_ADDRESS);
        assertThat(image(again, row)).isEqualTo(image(mask, row)).isEqualTo(image(again, row));
    }

    @Test
    void oneValueHasOneHashWhateverItsType() {
        Mask hash = Mask.table("t").hash("c", KEY);
        assertThat(masked(hash, LogicalType.STRING, "1")).isEqualTo(HASH_OF_ONE);
        assertThat(masked(hash, LogicalType.INT32, 1)).isEqualTo(HASH_OF_ONE);
        assertThat(masked(hash, LogicalType.INT64, 1L)).isEqualTo(HASH_OF_ONE);
        assertThat(masked(hash, LogicalType.decimal(5, 2), new BigDecimal("1.00")))
                .isEqualTo(HASH_OF_ONE);
        assertThat(masked(hash, LogicalType.decimal(5, 2), new BigDecimal("1"))).isEqualTo(HASH_OF_ONE);
        assertThat(masked(hash, LogicalType.decimal(5, 0), new BigDecimal("10")))
                .isNotEqualTo(HASH_OF_ONE);
        assertThat(masked(hash, LogicalType.FLOAT64, 1.0)).isNotEqualTo(HASH_OF_ONE);
    }

    @Test
    void redactionKeepsTheTypeAndDropsTheValue() {
        Mask redact = Mask.table("t").redact("c");
        assertThat(masked(redact, LogicalType.STRING, "")).isEqualTo("***");
        assertThat(masked(redact, LogicalType.JSON, "{}")).isNull();
        assertThat(masked(redact, LogicalType.array(LogicalType.STRING), List.of("a")))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "4, 123456789, *****6789",
        "4, 12345, *2345",
        "4, 1234, ****",
        "4, 12, **",
        "1, '', ''",
        "2, aä😀ß😀, ***ß😀"
    })
    void partialCountsCharacters(int kept, String value, String expected) {
        assertThat(masked(Mask.table("t").partial("c", kept), LogicalType.STRING, value))
                .isEqualTo(expected);
    }

    @Test
    void detectionHashesLikeAColumn() {
        Mask hash = Mask.table("t").detectAndHash(KEY, PersonalData.EMAIL_ADDRESS, PersonalData.PHONE_NUMBER);
        assertThat(masked(hash, LogicalType.STRING, "to max@example.com.")).isEqualTo("to " + HASH_OF_MAX + ".");
        assertThat(hash.schema(single(LogicalType.STRING)).column(0).type()).isEqualTo(LogicalType.STRING);
    }

    @Test
    void whatHasAMaskIsNotSearched() {
        Mask partial = Mask.table("t").partial("c", 15).detectAndRedact(PersonalData.EMAIL_ADDRESS);
        assertThat(masked(partial, LogicalType.STRING, "x max@example.com")).isEqualTo("**max@example.com");
    }

    @Test
    void detectionMayHashButNotRedactInsideAKey() {
        Mask redact = Mask.table("customer").detectAndRedact(PersonalData.EMAIL_ADDRESS);
        Row found = customer("x", 1L);
        assertThatThrownBy(() -> image(redact, found))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining("public.customer: the column 'email' is part of the key")
                .hasMessageContaining("(position 1:0:1:)")
                .hasMessageNotContaining("max");
        Row clean = found.toBuilder().set("email", "no address").build();
        assertThat(image(redact, clean).value("email")).isEqualTo("no address");
        Mask hash = Mask.table("customer").detectAndHash(KEY, PersonalData.EMAIL_ADDRESS);
        assertThat(image(hash, found).value("email")).isEqualTo(HASH_OF_MAX);
    }

    @Test
    void reportsEveryMistakeAtOnce() {
        Mask wrong = Mask.table("customer")
                .redact("email", "street")
                .partial("email", 3)
                .partial("ssn", 3)
                .tokenize("emial", tokens)
                .hash("ssn", KEY);
        assertThatThrownBy(() -> wrong.schema(CUSTOMER))
                .isInstanceOf(Fatal.class)
                .hasMessage("""
                        mask cannot be applied to public.customer, which has the columns email, phone, salary, notes, ssn, profile:
                          redact: the column 'email' is part of the key, and two keys could become one: hash or tokenize it
                          redact: there is no column 'street'
                          partial: the column 'email' has a mask already
                          partial: the column 'ssn' is of type int64, and only strings have a part to keep
                          tokenize: there is no column 'emial'
                          hash: the column 'ssn' has a mask already""");
    }

    @Test
    void refusesPartialMasksOfKeys() {
        assertThatThrownBy(() -> Mask.table("customer").partial("email", 3).schema(CUSTOMER))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("partial: the column 'email' is part of the key");
    }

    @Test
    void refusesArgumentsThatMakeNoSense() {
        assertThatThrownBy(() -> Mask.table("t").partial("c", 0))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("expected 1 or more");
        assertThatThrownBy(() -> Mask.table("")).isInstanceOf(InvalidConfiguration.class);
    }

    @Test
    void refusesTextThatUtf8CannotTellApart() {
        Mask hash = Mask.table("t").hash("c", KEY);
        assertThatThrownBy(() -> masked(hash, LogicalType.STRING, "a\ud800b"))
                .isInstanceOf(BadRecord.class)
                .hasMessage(
                        "t: the column 'c' holds half of a surrogate pair, which is no character (position 1:0:1:)");
        assertThatThrownBy(() -> masked(hash, LogicalType.STRING, "\ude00")).isInstanceOf(BadRecord.class);
        assertThat(masked(hash, LogicalType.STRING, "a😀")).isNotEqualTo(masked(hash, LogicalType.STRING, "a?"));
    }

    @Test
    void aTokenizerThatFailsDoesNotTellTheValue() {
        Mask failing = Mask.table("t").tokenize("c", text -> {
            throw new IllegalArgumentException("no token for " + text);
        });
        assertThatThrownBy(() -> masked(failing, LogicalType.STRING, "secret"))
                .isInstanceOf(BadRecord.class)
                .hasMessage("t: tokenize of the column 'c' failed with IllegalArgumentException (position 1:0:1:)")
                .satisfies(e -> assertThat(String.valueOf(e.getCause())).doesNotContain("secret"));
    }

    @Test
    void aTokenizerMayAskToBeCalledAgain() {
        Mask unavailable = Mask.table("t").tokenize("c", text -> {
            throw new Retryable("the vault is sealed");
        });
        assertThatThrownBy(() -> masked(unavailable, LogicalType.STRING, "a")).isInstanceOf(Retryable.class);
    }

    @Test
    void nothingIsLeftOfARowThatFailed() {
        Mask failing = Mask.table("public.customer").hash("email", KEY).tokenize("notes", text -> {
            throw new IllegalStateException();
        });
        assertThatThrownBy(() -> image(failing, customer("x", 1L))).isInstanceOf(BadRecord.class);
        Row next = Row.builder(CUSTOMER).set("ssn", 3L).build();
        Row result = image(failing, next);
        assertThat(result.state(0)).isEqualTo(ColumnState.ABSENT);
        assertThat(result.value("ssn")).isEqualTo(3L);
    }
}
