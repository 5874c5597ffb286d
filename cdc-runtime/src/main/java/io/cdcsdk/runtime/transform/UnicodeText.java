package io.cdcsdk.runtime.transform;

import java.nio.charset.StandardCharsets;

/** The bytes of texts, such that no two texts have the same. */
final class UnicodeText {
    private UnicodeText() {}

    /**
     * The text in UTF-8.
     *
     * @throws UnmaskableValue if half of a surrogate pair is missing: UTF-8 would write a question mark for it, and two texts
     *     would become one
     */
    static byte[] utf8(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                    throw new UnmaskableValue("holds half of a surrogate pair, which is no character");
                }
                i++;
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
