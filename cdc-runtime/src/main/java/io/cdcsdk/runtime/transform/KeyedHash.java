package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.format.ValueText;
import java.util.HexFormat;
import javax.crypto.Mac;

/** Values become the HMAC-SHA256 of their text, in hexadecimal digits. */
final class KeyedHash implements ColumnMask {
    private final Mac mac;

    KeyedHash(MaskingKey key) {
        this.mac = key.mac("hash 1");
    }

    String of(String text) {
        byte[] bytes = UnicodeText.utf8(text);
        synchronized (mac) {
            return HexFormat.of().formatHex(mac.doFinal(bytes));
        }
    }

    @Override
    public String name() {
        return "hash";
    }

    @Override
    public boolean keepsApart() {
        return true;
    }

    @Override
    public Column masked(Column column) {
        return new Column(column.name(), LogicalType.STRING, column.nullability());
    }

    @Override
    public void mask(Row row, int ordinal, Row.Builder masked) {
        masked.setString(ordinal, of(ValueText.comparable(row, ordinal)));
    }
}
