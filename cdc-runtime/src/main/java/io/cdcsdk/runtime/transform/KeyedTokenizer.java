package io.cdcsdk.runtime.transform;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;

/**
 * Tokens from which the holder of the key gets the value back: deterministic authenticated encryption with a synthetic
 * initialization vector. The vector is the first half of an HMAC-SHA256 of the value; the value is encrypted with AES-256 in
 * counter mode from there on. A token is {@code t1.} and both in Base64 for URLs, without padding.
 *
 * <p>Equal values have equal tokens, and a token tells the length of its value in UTF-8: nothing else shows without the key.
 * Safe for any thread.
 */
public final class KeyedTokenizer implements Tokenizer {
    private static final String VERSION = "t1.";
    private static final int VECTOR_BYTES = 16;

    private final Mac mac;
    private final Cipher cipher;
    private final Key cipherKey;

    private KeyedTokenizer(MaskingKey key) {
        this.mac = key.mac("token vector 1");
        this.cipherKey = key.cipherKey("token cipher 1");
        try {
            this.cipher = Cipher.getInstance("AES/CTR/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES in counter mode", e);
        }
    }

    /** A tokenizer with a key; every tokenizer with the same key makes the same tokens. */
    public static KeyedTokenizer of(MaskingKey key) {
        return new KeyedTokenizer(key);
    }

    @Override
    public String tokenize(String text) {
        return VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(sealed(UnicodeText.utf8(text)));
    }

    /**
     * The value that a token was made of.
     *
     * @throws IllegalArgumentException if it was not made with this key, or has been changed since
     */
    public String detokenize(String token) {
        byte[] sealed = token.startsWith(VERSION) ? decoded(token.substring(VERSION.length())) : new byte[0];
        if (sealed.length >= VECTOR_BYTES) {
            byte[] vector = Arrays.copyOf(sealed, VECTOR_BYTES);
            byte[] text = crypt(Cipher.DECRYPT_MODE, vector, Arrays.copyOfRange(sealed, VECTOR_BYTES, sealed.length));
            if (MessageDigest.isEqual(vector, vector(text))) {
                return new String(text, StandardCharsets.UTF_8);
            }
        }
        throw new IllegalArgumentException("this is not a token that was made with this key");
    }

    private static byte[] decoded(String base64) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(base64);
            // The decoder ignores the spare bits of the last character, and padding: only one spelling is a token.
            boolean canonical = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(bytes)
                    .equals(base64);
            return canonical ? bytes : new byte[0];
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private byte[] sealed(byte[] text) {
        byte[] vector = vector(text);
        byte[] hidden = crypt(Cipher.ENCRYPT_MODE, vector, text);
        return ByteBuffer.allocate(vector.length + hidden.length)
                .put(vector)
                .put(hidden)
                .array();
    }

    private synchronized byte[] vector(byte[] text) {
        return Arrays.copyOf(mac.doFinal(text), VECTOR_BYTES);
    }

    private synchronized byte[] crypt(int mode, byte[] vector, byte[] text) {
        try {
            cipher.init(mode, cipherKey, new IvParameterSpec(vector));
            return cipher.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES in counter mode failed", e);
        }
    }

    /** Shows no part of the key. */
    @Override
    public String toString() {
        return "KeyedTokenizer(***)";
    }
}
