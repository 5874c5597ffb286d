package io.cdcsdk.runtime.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedTokenizerTest {
    private static final String URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private final KeyedTokenizer tokens = KeyedTokenizer.of(key(1));

    static MaskingKey key(int seed) {
        byte[] bytes = new byte[32];
        new Random(seed).nextBytes(bytes);
        return MaskingKey.of(bytes);
    }

    private static String randomText(Random random) {
        return random.ints(random.nextInt(40), 0, 0x1_0900)
                .filter(c -> !(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void tokensAreReversibleAndInjective(long seed) {
        Random random = new Random(seed);
        Map<String, String> texts = new HashMap<>();
        for (int i = 0; i < 5000; i++) {
            String text = i < 500 ? String.valueOf(i) : randomText(random);
            String token = tokens.tokenize(text);
            assertThat(tokens.detokenize(token)).isEqualTo(text);
            String other = texts.put(token, text);
            assertThat(other == null || other.equals(text)).isTrue();
        }
    }

    @Test
    void areTheSameForEveryTokenizerOfAKey() {
        assertThat(KeyedTokenizer.of(key(1)).tokenize("078-05-1120")).isEqualTo(tokens.tokenize("078-05-1120"));
        assertThat(KeyedTokenizer.of(key(2)).tokenize("078-05-1120")).isNotEqualTo(tokens.tokenize("078-05-1120"));
    }

    /** Tokens lie in targets for years: neither the format nor the derivation of keys may change under version t1. */
    @Test
    void staysAsItIs() {
        assertThat(KeyedTokenizer.of(MaskingKey.of(new byte[32])).tokenize("078-05-1120"))
                .isEqualTo("t1.4gmn--GP0oNG7lfiWBLmO0r98dVPPenjKwLJ");
    }

    @Test
    void tellsNothingButTheLength() {
        assertThat(tokens.tokenize("078-05-1120")).matches("t1\\.[A-Za-z0-9_-]{36}");
        assertThat(tokens.tokenize("")).matches("t1\\.[A-Za-z0-9_-]{22}");
    }

    @Test
    void refusesEveryChangedToken() {
        String token = tokens.tokenize("Ann");
        for (int i = 0; i < token.length(); i++) {
            for (int c = 0; c < URL_SAFE.length(); c++) {
                if (token.charAt(i) != URL_SAFE.charAt(c)) {
                    assertRefused(token.substring(0, i) + URL_SAFE.charAt(c) + token.substring(i + 1));
                }
            }
        }
    }

    @Test
    void refusesWhatIsNoToken() {
        String token = tokens.tokenize("Ann");
        assertRefused("");
        assertRefused("Ann");
        assertRefused("t1.");
        assertRefused("t1.AAAA");
        assertRefused("t2." + token.substring(3));
        assertRefused(token + "=");
        assertRefused(token + "A");
        assertRefused(token.substring(0, token.length() - 1));
        assertRefused(KeyedTokenizer.of(key(2)).tokenize("Ann"));
    }

    private void assertRefused(String token) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokens.detokenize(token))
                .withMessage("this is not a token that was made with this key");
    }
}
