package io.cdcsdk.scd;

import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;
import org.jspecify.annotations.Nullable;

/**
 * The folded state of a key at the edge of the window. As an entry, it is the place behind which nothing may be put any more: the last
 * event that was folded, or a sweep.
 */
final class Base extends Entry {
    /** Of the version that is current at the edge, its columns as of the edge; null if none is. */
    final @Nullable Row version;

    final long validFrom;
    final char operation;

    /** The lane of the last snapshot row that was folded, or null. */
    @Nullable
    String snapshotLane;

    @Nullable
    Position snapshotPosition;

    /**
     * A base without a state, which may be set until it is used.
     *
     * @param place where it stands
     */
    Base(Entry place, @Nullable Row version, long validFrom, char operation) {
        super(place.kind, place.flavour, place.rawTime, place.lane, place.position, place.order, null);
        this.version = version;
        this.validFrom = validFrom;
        this.operation = operation;
    }

    @Nullable
    Version version() {
        return version == null ? null : new Version(version, validFrom, Version.CURRENT, operation);
    }

    @Override
    Base upgraded(TableSchema schema) {
        Row upgraded = Layouts.upgraded(version, schema);
        Base copy = withFoldOf(this, new Base(this, upgraded, validFrom, operation));
        copy.state = state == version ? upgraded : Layouts.upgraded(state, schema);
        copy.fingerprint = 0;
        copy.snapshotLane = snapshotLane;
        copy.snapshotPosition = snapshotPosition;
        return copy;
    }
}
