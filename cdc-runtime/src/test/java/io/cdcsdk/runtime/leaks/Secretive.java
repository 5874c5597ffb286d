package io.cdcsdk.runtime.leaks;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import io.cdcsdk.runtime.transform.KeyedTokenizer;
import io.cdcsdk.runtime.transform.Mask;
import io.cdcsdk.runtime.transform.MaskingKey;
import io.cdcsdk.runtime.transform.PersonalData;
import io.cdcsdk.testkit.EventScript;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A table whose columns are all masked but one, and rows that are full of markers; each image has its own. */
final class Secretive {
    static final TableSchema PERSON = TableSchema.builder(TableId.of("hr", "person"))
            .key("ssn", LogicalType.STRING)
            .column("name", LogicalType.STRING)
            .column("card", LogicalType.STRING)
            .column("phone", LogicalType.STRING)
            .column("account", LogicalType.INT64)
            .column("photo", LogicalType.BYTES)
            .column("aliases", LogicalType.array(LogicalType.STRING))
            .column("notes", LogicalType.STRING)
            .column("letters", LogicalType.array(LogicalType.STRING))
            .column("profile", LogicalType.JSON)
            .column("state", LogicalType.STRING)
            .build();

    static final String PASSWORD = "pAssw0rd-Zq81-Marker";
    static final String URL = "jdbc:postgresql://app:" + PASSWORD + "@db.example/shop";
    private static final String KEY_TEXT =
            Base64.getEncoder().encodeToString("the-masking-key-is-secret-marker-77".getBytes(StandardCharsets.UTF_8));
    static final MaskingKey KEY = MaskingKey.ofBase64(KEY_TEXT);

    private final Set<Marker> markers = new LinkedHashSet<>();
    private int images;

    Secretive() {
        markers.add(Marker.of(PASSWORD));
        markers.add(Marker.of("the-masking-key-is-secret-marker-77"));
    }

    Set<Marker> markers() {
        return markers;
    }

    private String marker(String text) {
        markers.add(Marker.of(text));
        return text;
    }

    /** The key of a person, which stays the same. */
    String ssn(int person) {
        return marker("ssn\"é" + (814_000_000L + 7919L * person));
    }

    /** A row of a person: new markers everywhere but in the key. */
    Row row(int person, String state) {
        int image = ++images;
        long account = 930_000_000_000L + 7_777_771L * image;
        marker(Long.toString(account));
        String mail = marker("mail" + (55_511 * image) + "@leak-marker.example");
        return Row.of(
                PERSON,
                ssn(person),
                marker("Näme\\\"" + (31_337 * image) + "-marker"),
                "0000 1111 " + marker("2222" + (600_011 * image)) + " 4444",
                marker("phone-" + (88_801 * image) + "-marker"),
                account,
                marker("bytes-" + (71_993 * image) + "-marker").getBytes(StandardCharsets.UTF_8),
                Arrays.asList(marker("alias-" + (12_611 * image) + "-marker"), null),
                "write to " + mail + " today",
                List.of("see " + mail, "nothing"),
                "{\"mail\":\"" + mail + "\"}",
                state);
    }

    /** Inserts of some persons, and then updates with before images, a change of a key, and a delete. */
    List<ChangeEvent> events(int persons, String state) {
        EventScript script = EventScript.create();
        List<Row> rows = new ArrayList<>();
        for (int person = 1; person <= persons; person++) {
            Row row = row(person, person % 7 == 3 ? state : "ok");
            rows.add(row);
            script.insert(row);
        }
        for (int person = 1; person <= persons; person += 2) {
            Row after = row(person, "ok");
            script.update(rows.set(person - 1, after), after);
        }
        script.update(rows.get(2), row(persons + 1, "ok"));
        script.delete(rows.get(9));
        script.update(null, row(5, state));
        return script.take();
    }

    /** Masks all that is secret. */
    static Mask mask() {
        return Mask.table("hr.*")
                .hash("ssn", KEY)
                .redact("name", "account", "photo", "aliases")
                .partial("card", 4)
                .tokenize("phone", KeyedTokenizer.of(KEY))
                .detectAndRedact(PersonalData.EMAIL_ADDRESS);
    }

    /** All values of the images of an event, as a message may quote them. */
    static String quoted(ChangeEvent event) {
        StringBuilder text = new StringBuilder(event.toString());
        if (event instanceof RowChange change) {
            append(text, change.before());
            append(text, change.after());
        }
        return text.toString();
    }

    private static void append(StringBuilder text, @Nullable Row row) {
        for (int i = 0; row != null && i < row.schema().size(); i++) {
            if (row.hasValue(i)) {
                Object value = row.value(i);
                text.append(", ")
                        .append(value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : value);
            }
        }
    }

    /** Whether an event is of a row in this state. */
    static boolean is(String state, ChangeEvent event) {
        if (!(event instanceof RowChange change) || change.after() == null) {
            return false;
        }
        Row row = change.image();
        return state.equals(row.value("state"));
    }

    /** A transform of an application that throws, for the rows in state "bad". */
    interface Throwing {
        Throwable of(ChangeEvent event);

        static Transform transform(Throwing failure) {
            return (event, schema) -> {
                if (is("bad", event)) {
                    Throwable thrown = failure.of(event);
                    if (thrown instanceof Error error) {
                        throw error;
                    }
                    throw (RuntimeException) thrown;
                }
                return event;
            };
        }
    }
}
