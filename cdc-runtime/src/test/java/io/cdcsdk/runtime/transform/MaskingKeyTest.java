package io.cdcsdk.runtime.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.InvalidConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskingKeyTest {
    private static final byte[] BYTES = new byte[32];

    static {
        Arrays.fill(BYTES, (byte) 'k');
    }

    private static final String BASE64 = Base64.getEncoder().encodeToString(BYTES);
    private static final String TOKEN = KeyedTokenizer.of(MaskingKey.of(BYTES)).tokenize("text");

    private static void assertSame(MaskingKey key) {
        assertThat(KeyedTokenizer.of(key).tokenize("text")).isEqualTo(TOKEN);
    }

    @Test
    void isTheSameFromEveryOrigin(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("key"), BASE64 + "\n");
        assertSame(MaskingKey.ofBase64(BASE64));
        assertSame(MaskingKey.ofFile(file));
        assertSame(MaskingKey.ofEnvironment("MASKING_KEY", Map.of("MASKING_KEY", BASE64)::get));
    }

    @Test
    void doesNotFollowTheBytesThatItWasMadeOf() {
        byte[] bytes = BYTES.clone();
        MaskingKey key = MaskingKey.of(bytes);
        Arrays.fill(bytes, (byte) 0);
        assertSame(key);
    }

    @Test
    void refusesAShortSecret() {
        assertThatThrownBy(() -> MaskingKey.of(new byte[31]))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("bytes: has 31 bytes; expected at least 32 random bytes");
    }

    @Test
    void refusesWhatIsNotBase64WithoutQuotingIt() {
        assertThatThrownBy(() -> MaskingKey.ofBase64("no/secret?"))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("base64: is not Base64; expected")
                .hasMessageNotContaining("secret?")
                .hasNoCause();
    }

    @Test
    void namesTheFileOrVariableAtFault(@TempDir Path directory) throws IOException {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> MaskingKey.ofFile(missing))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("file " + missing + ": cannot be read (NoSuchFileException)");
        Path small = Files.writeString(directory.resolve("small"), "c2hvcnQ=");
        assertThatThrownBy(() -> MaskingKey.ofFile(small)).hasMessageContaining("file " + small + ": has 5 bytes");
        assertThatThrownBy(() -> MaskingKey.ofEnvironment("CDC_SDK_NO_SUCH_VARIABLE"))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("environment variable CDC_SDK_NO_SUCH_VARIABLE: is not set");
    }

    @Test
    void showsNothing() {
        assertThat(MaskingKey.of(BYTES)).hasToString("***");
        assertThat(KeyedTokenizer.of(MaskingKey.of(BYTES))).hasToString("KeyedTokenizer(***)");
    }
}
