package io.cdcsdk.scd;

import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.SourceOrder;
import io.cdcsdk.api.TableSchema;
import org.jspecify.annotations.Nullable;

/** An entry whose row depends on another one: the row before of a partial image, or that of the key that was changed. */
final class LinkedEntry extends Entry {
    private final @Nullable Row before;
    private final @Nullable RowKey heir;
    private @Nullable Row inherited;

    LinkedEntry(
            Kind kind,
            Flavour flavour,
            long rawTime,
            String lane,
            Position position,
            @Nullable SourceOrder order,
            @Nullable Row image,
            @Nullable Row before,
            @Nullable RowKey heir,
            @Nullable Row inherited) {
        super(kind, flavour, rawTime, lane, position, order, image);
        this.before = before;
        this.heir = heir;
        this.inherited = inherited;
    }

    @Override
    @Nullable
    Row before() {
        return before;
    }

    @Override
    @Nullable
    RowKey heir() {
        return heir;
    }

    @Override
    @Nullable
    Row inherited() {
        return inherited;
    }

    void inherit(@Nullable Row row) {
        inherited = row;
    }

    @Override
    LinkedEntry copy() {
        return withFoldOf(
                this, new LinkedEntry(kind, flavour, rawTime, lane, position, order, image, before, heir, inherited));
    }

    @Override
    LinkedEntry upgraded(TableSchema schema) {
        LinkedEntry copy = withFoldOf(
                this,
                new LinkedEntry(
                        kind,
                        flavour,
                        rawTime,
                        lane,
                        position,
                        order,
                        Layouts.upgraded(image, schema),
                        Layouts.upgraded(before, schema),
                        heir,
                        Layouts.upgraded(inherited, schema)));
        copy.upgradeState(this, schema);
        return copy;
    }
}
