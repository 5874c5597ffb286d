package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.InvalidConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A secret of at least 32 random bytes, from which hashes and tokens are made. Anybody who has it can find out what was masked.
 * Each use derives a key of its own from it, so that one secret may serve for hashes and tokens.
 *
 * <p>Neither {@link #toString()} nor any exception shows it. Immutable and safe for any thread.
 */
public final class MaskingKey {
    private static final int LEAST_BYTES = 32;
    private static final String HMAC = "HmacSHA256";
    private static final String EXPECTED =
            "expected at least " + LEAST_BYTES + " random bytes in Base64, such as 'openssl rand -base64 32' prints";

    private final byte[] secret;

    private MaskingKey(byte[] secret) {
        this.secret = secret;
    }

    /**
     * A key of these bytes, which are copied.
     *
     * @throws InvalidConfiguration if there are fewer than 32
     */
    public static MaskingKey of(byte[] bytes) {
        return checked("bytes", bytes.clone());
    }

    /**
     * A key in Base64; white space around it does not matter.
     *
     * @throws InvalidConfiguration if the text is not Base64, or of fewer than 32 bytes
     */
    public static MaskingKey ofBase64(String text) {
        return decoded("base64", text);
    }

    /**
     * A key in Base64 that is all that a file holds.
     *
     * @throws InvalidConfiguration if the file cannot be read, is not Base64, or of fewer than 32 bytes
     */
    public static MaskingKey ofFile(Path file) {
        try {
            return decoded("file " + file, Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw refused("file " + file, "cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    /**
     * A key in Base64 from an environment variable.
     *
     * @throws InvalidConfiguration if the variable is not set, not Base64, or of fewer than 32 bytes
     */
    public static MaskingKey ofEnvironment(String variable) {
        return ofEnvironment(variable, System::getenv);
    }

    static MaskingKey ofEnvironment(String variable, Function<String, @Nullable String> environment) {
        String text = environment.apply(variable);
        if (text == null) {
            throw refused("environment variable " + variable, "is not set");
        }
        return decoded("environment variable " + variable, text);
    }

    private static MaskingKey decoded(String origin, String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text.strip());
        } catch (IllegalArgumentException e) {
            // The decoder's message quotes the text: it goes no further.
            throw refused(origin, "is not Base64");
        }
        return checked(origin, bytes);
    }

    private static MaskingKey checked(String origin, byte[] bytes) {
        if (bytes.length < LEAST_BYTES) {
            throw refused(origin, "has " + bytes.length + " bytes");
        }
        return new MaskingKey(bytes);
    }

    private static InvalidConfiguration refused(String origin, String problem) {
        return new InvalidConfiguration(
                "masking key", List.of(new InvalidConfiguration.Mistake(origin, problem + "; " + EXPECTED)));
    }

    /** A key for AES-256 that serves one purpose only. */
    Key cipherKey(String purpose) {
        return new SecretKeySpec(derived(purpose), "AES");
    }

    /** An HMAC-SHA256 under a key that serves one purpose only; for one thread. */
    Mac mac(String purpose) {
        return mac(derived(purpose));
    }

    private byte[] derived(String purpose) {
        return mac(secret).doFinal(purpose.getBytes(StandardCharsets.UTF_8));
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + HMAC, e);
        }
    }

    /** Shows nothing: {@code ***}. */
    @Override
    public String toString() {
        return "***";
    }
}
