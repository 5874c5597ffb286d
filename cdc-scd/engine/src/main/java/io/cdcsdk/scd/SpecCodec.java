package io.cdcsdk.scd;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Specs as bytes: as properties, but for lists of names, which may hold any character. */
final class SpecCodec {
    private static final List<String> LISTS = List.of("key", "tracked", "overwritten");
    private static final List<String> TEXTS = List.of(
            "sequence",
            "tie-rule",
            "deletes",
            "lateness",
            "max-ahead",
            "valid-from-column",
            "valid-to-column",
            "is-current-column",
            "operation-column");

    private SpecCodec() {}

    static void write(ByteWriter out, Scd2Spec spec) {
        Properties properties = spec.toProperties();
        TEXTS.forEach(option -> out.text(properties.getProperty(option)));
        for (String option : LISTS) {
            List<String> names = spec.names(option);
            out.raw(names == null ? 0 : 1);
            if (names != null) {
                out.count(names.size());
                names.forEach(out::text);
            }
        }
    }

    static Scd2Spec read(ByteReader in) {
        Properties properties = new Properties();
        TEXTS.forEach(option -> properties.setProperty(option, in.text()));
        Scd2Spec.Builder builder = Scd2Spec.fromProperties(properties).toBuilder();
        String[] key = readNames(in);
        if (key != null) {
            builder.key(key);
        }
        String[] tracked = readNames(in);
        if (tracked != null) {
            builder.tracked(tracked);
        }
        String[] overwritten = readNames(in);
        if (overwritten != null) {
            builder.overwritten(overwritten);
        }
        return builder.build();
    }

    private static String @Nullable [] readNames(ByteReader in) {
        if (in.raw() == 0) {
            return null;
        }
        List<String> names = new ArrayList<>();
        for (int count = in.size(); count > 0; count--) {
            names.add(in.text());
        }
        return names.toArray(String[]::new);
    }
}
