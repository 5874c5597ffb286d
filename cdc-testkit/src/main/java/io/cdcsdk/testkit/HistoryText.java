package io.cdcsdk.testkit;

import java.util.StringJoiner;

/** What an oracle expects, to be read. */
final class HistoryText {
    private HistoryText() {}

    static String of(HistoryOracle oracle) {
        StringJoiner text = new StringJoiner("\n  ");
        text.add("");
        oracle.versions().forEach((key, versions) -> {
            text.add("key " + key);
            versions.forEach(version -> text.add("  " + version));
        });
        oracle.rejected().forEach(rejection -> text.add("rejected " + rejection));
        return text.toString();
    }
}
