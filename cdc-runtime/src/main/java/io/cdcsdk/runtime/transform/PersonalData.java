package io.cdcsdk.runtime.transform;

/** Kinds of personal data that {@link Mask} finds inside texts by their pattern. No pattern finds everything. */
public enum PersonalData {
    /**
     * E-mail addresses: a local part without quotes, {@code @}, and a domain with at least one dot. Letters of every alphabet
     * count, so that text written without a space around an address goes with it. In JSON, an {@code @} that is written as an
     * escape is not seen.
     */
    EMAIL_ADDRESS,
    /**
     * Phone numbers: international ones after {@code +} or {@code 00}, national ones with a leading zero or an area code in
     * parentheses, and North American ones in groups of 3, 3 and 4 digits. But for those after {@code +}, digits must be in
     * groups: digits without any space or sign between them are taken for an id. Dates, times, UUIDs, IBANs and IP addresses
     * are left alone.
     */
    PHONE_NUMBER
}
