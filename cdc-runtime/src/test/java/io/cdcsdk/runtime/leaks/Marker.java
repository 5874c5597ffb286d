package io.cdcsdk.runtime.leaks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** A text that must not show, neither as it is nor in one of the usual encodings. */
record Marker(String text, List<String> forms) {
    static Marker of(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        List<String> forms = new ArrayList<>();
        forms.add(text);
        forms.add(new String(bytes, ISO_8859_1));
        forms.add(text.replace("\\", "\\\\").replace("\"", "\\\""));
        forms.add(asciiJson(text));
        forms.add(text.replace("\"", "\"\""));
        forms.add(java.net.URLEncoder.encode(text, UTF_8));
        forms.add(hexadecimal(bytes));
        forms.add(hexadecimal(bytes).toUpperCase(Locale.ROOT));
        for (int before = 0; before < 3; before++) {
            forms.add(base64(bytes, before, Base64.getEncoder()));
            forms.add(base64(bytes, before, Base64.getUrlEncoder()));
        }
        return new Marker(text, forms.stream().distinct().toList());
    }

    private static String asciiJson(String text) {
        StringBuilder json = new StringBuilder();
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < 0x20 || c > 0x7e) {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.toString();
    }

    private static String hexadecimal(byte[] bytes) {
        StringBuilder digits = new StringBuilder();
        for (byte each : bytes) {
            digits.append(String.format(Locale.ROOT, "%02x", each));
        }
        return digits.toString();
    }

    /** What does not depend on the bytes around it, if so many modulo 3 come before. */
    private static String base64(byte[] bytes, int before, Base64.Encoder encoder) {
        int whole = before + bytes.length - (before + bytes.length) % 3;
        byte[] padded = new byte[whole];
        System.arraycopy(bytes, 0, padded, before, whole - before);
        return encoder.encodeToString(padded).substring(before == 0 ? 0 : 4);
    }
}
