package io.cdcsdk.scd;

import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.SourceOrder;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of states and versions, for stores outside the heap. The first byte is a format version; what a newer version of this
 * library wrote is refused with {@link Fatal}. A codec serves one table; not safe for use by several threads.
 */
public final class StateCodec {
    /** The version of the bytes that are written. */
    public static final int FORMAT_VERSION = 1;

    /** How many bytes of a key's state {@link #oldestEventTime} needs. */
    public static final int HEAD_BYTES = 10;

    private static final TableState.SnapshotMark.Type[] MARK_TYPES = TableState.SnapshotMark.Type.values();
    private static final int NO_ROW = 0;
    private static final int FEW_ROWS = 32;
    private static final int WITH_BASE = 1;
    private static final int WITH_ENTRIES = 2;
    private static final int WITH_KEY = 4;
    private static final int LIVE = 1;
    private static final int MARKED = 2;
    private static final int LINKED = 4;
    private static final int WITH_HEIR = 8;
    private static final int STATE_IS_IMAGE = 16;
    private static final int WITH_VERSION = 4;
    private static final int WITH_SNAPSHOT = 8;
    private static final int STATE_IS_VERSION = 16;
    private static final Entry.Flavour[] FLAVOURS = Entry.Flavour.values();

    private final TableState table;
    private final ByteWriter out = new ByteWriter();
    // The rows of one state: each is written once, however often it occurs.
    private final List<Row> rows = new ArrayList<>();
    // Where there are many rows: the number of each.
    private final Map<Row, Integer> numbers = new IdentityHashMap<>();
    // Of each layout, the ordinals of the key.
    private final int[][] keyOrdinals;
    // Of each layout, a builder of its rows.
    private final Row.@Nullable Builder[] builders;
    private final Places places;

    /**
     * A codec for the keys of one table.
     *
     * @param table the table's state: the newest known when bytes are written, and at least as new as the bytes that are read
     */
    public StateCodec(TableState table) {
        this.table = table;
        this.keyOrdinals = new int[table.layouts.size()][];
        this.builders = new Row.Builder[table.layouts.size()];
        this.places = new Places(table.lanes);
    }

    private static ByteReader reader(byte[] bytes) {
        return reader(bytes, bytes.length);
    }

    private static ByteReader reader(byte[] bytes, int length) {
        ByteReader in = new ByteReader(bytes, length);
        int version = in.raw();
        if (version != FORMAT_VERSION) {
            throw new Fatal("the state of a history has format version " + version + ", and this library reads "
                    + FORMAT_VERSION + ": run the version that wrote it, or a newer one");
        }
        return in;
    }

    /** The bytes of a table's state. */
    public static byte[] encode(TableState state) {
        ByteWriter out = new ByteWriter();
        Places places = new Places(state.lanes);
        out.raw(FORMAT_VERSION);
        SpecCodec.write(out, state.spec());
        out.text(state.schema().table().toString());
        out.count(state.layouts.size());
        state.layouts.forEach(layout -> writeSchema(out, layout));
        out.count(state.lanes.size());
        for (int i = 0; i < state.lanes.size(); i++) {
            out.text(state.lanes.get(i));
            out.fixed(state.newest[i]);
        }
        out.fixed(state.edge);
        out.fixed(state.lastTime);
        out.raw(state.last == null ? 0 : 1);
        if (state.last != null) {
            places.write(out, state.last);
        }
        out.count(state.truncates.size());
        state.truncates.forEach(truncate -> places.write(out, truncate));
        out.count(state.marks.size());
        for (TableState.SnapshotMark mark : state.marks) {
            out.raw(mark.type().ordinal());
            places.write(out, mark.place());
        }
        out.raw(state.inheritance ? 1 : 0);
        out.count(state.revision());
        out.count(state.keys());
        out.count(state.events());
        return out.toBytes();
    }

    /** Reads a table's state. */
    public static TableState decodeTable(byte[] bytes) {
        ByteReader in = reader(bytes);
        Scd2Spec spec = SpecCodec.read(in);
        TableId id = TableId.parse(in.text());
        List<TableSchema> layouts = new ArrayList<>();
        for (int count = in.size(); count > 0; count--) {
            layouts.add(readSchema(in, id));
        }
        List<String> lanes = new ArrayList<>();
        long[] newest = new long[in.size()];
        for (int i = 0; i < newest.length; i++) {
            lanes.add(in.text());
            newest[i] = in.fixed();
        }
        Places places = new Places(lanes);
        long edge = in.fixed();
        long lastTime = in.fixed();
        Entry last = in.raw() == 0 ? null : places.read(in);
        List<Entry> truncates = new ArrayList<>();
        for (int count = in.size(); count > 0; count--) {
            truncates.add(places.read(in));
        }
        List<TableState.SnapshotMark> marks = new ArrayList<>();
        for (int count = in.size(); count > 0; count--) {
            TableState.SnapshotMark.Type type = MARK_TYPES[in.raw()];
            marks.add(new TableState.SnapshotMark(type, places.read(in)));
        }
        TableSchema schema = layouts.get(layouts.size() - 1);
        return new TableState(
                spec,
                new Rules(spec, schema),
                List.copyOf(layouts),
                List.copyOf(lanes),
                newest,
                edge,
                lastTime,
                last,
                List.copyOf(truncates),
                List.copyOf(marks),
                in.raw() != 0,
                TableState.sweeps(truncates, marks, new Order(spec)),
                in.count(),
                in.count(),
                in.count());
    }

    private static void writeSchema(ByteWriter out, TableSchema schema) {
        out.count(schema.version());
        out.count(schema.size());
        schema.columns().forEach(column -> {
            out.text(column.name());
            out.text(column.type().toString());
        });
        out.count(schema.keySize());
        schema.keyNames().forEach(out::text);
    }

    private static TableSchema readSchema(ByteReader in, TableId table) {
        TableSchema.Builder builder = TableSchema.builder(table).version((int) in.count());
        for (int count = in.size(); count > 0; count--) {
            builder.column(in.text(), LogicalType.parse(in.text()));
        }
        List<String> key = new ArrayList<>();
        for (int count = in.size(); count > 0; count--) {
            key.add(in.text());
        }
        return builder.key(key).build();
    }

    /** What a {@link LinkedEntry} has more than others. */
    private record Links(
            @Nullable Row before,
            @Nullable RowKey heir,
            @Nullable Row inherited) {}

    /** Writes and reads places: times from a common one on, and a path once where neighbours share it. */
    private static final class Places {
        private static final int SAME_PATH = 0x80;

        private final List<String> lanes;
        private long anchor;
        private String path = "";

        Places(List<String> lanes) {
            this.lanes = lanes;
        }

        void begin(long time) {
            anchor = time;
            path = "";
        }

        void write(ByteWriter out, Entry entry) {
            boolean samePath = entry.position.path().equals(path);
            out.raw((samePath ? SAME_PATH : 0)
                    | entry.kind.ordinal() << 4
                    | entry.flavour.ordinal() << 2
                    | (entry.order == null ? 0 : 1));
            writeTime(out, entry.rawTime);
            out.count(lanes.indexOf(entry.lane));
            out.number(entry.position.epoch());
            out.number(entry.position.offset());
            if (!samePath) {
                path = entry.position.path();
                out.text(path);
            }
            if (entry.order != null) {
                out.count(entry.order.major());
                out.count(entry.order.minor());
            }
        }

        Entry read(ByteReader in) {
            return read(in, null, null);
        }

        /** Reads an entry; one that depends on others if links are given. */
        Entry read(ByteReader in, @Nullable Row image, @Nullable Links links) {
            int bits = in.raw();
            long time = readTime(in);
            String lane = lanes.get((int) in.count());
            long epoch = in.number();
            long offset = in.number();
            if ((bits & SAME_PATH) == 0) {
                path = in.text();
            }
            SourceOrder order = (bits & 1) == 0 ? null : new SourceOrder(in.count(), in.count());
            Position position = Position.of(epoch, path, offset);
            Entry.Kind kind = Entry.kind(bits >>> 4 & 7);
            Entry.Flavour flavour = FLAVOURS[bits >>> 2 & 3];
            return links == null
                    ? new Entry(kind, flavour, time, lane, position, order, image)
                    : new LinkedEntry(
                            kind,
                            flavour,
                            time,
                            lane,
                            position,
                            order,
                            image,
                            links.before(),
                            links.heir(),
                            links.inherited());
        }

        void writeTime(ByteWriter out, long time) {
            out.number(time - anchor);
        }

        long readTime(ByteReader in) {
            return anchor + in.number();
        }
    }

    /** The bytes of a key's state, key included. */
    public byte[] encode(KeyState state) {
        write(state);
        return out.toBytes();
    }

    /**
     * Encodes a key's state without a copy: its bytes are the first ones of {@link #written()} until this codec encodes
     * something else.
     *
     * @return how many bytes they are
     */
    public int encodeInPlace(KeyState state) {
        write(state);
        return out.size();
    }

    /** See {@link #encodeInPlace}; an array that the codec goes on using. */
    public byte[] written() {
        return out.buffer();
    }

    private void write(KeyState state) {
        Entry[] entries = state.entries();
        collectRows(state, entries);
        boolean withKey = !isKeyOfFirstRow(state);
        long anchor = anchor(state);
        places.begin(anchor);
        out.clear();
        out.raw(FORMAT_VERSION);
        out.raw((state.base == null ? 0 : WITH_BASE)
                | (entries.length == 0 ? 0 : WITH_ENTRIES)
                | (withKey ? WITH_KEY : 0));
        out.fixed(anchor);
        out.count(state.layout);
        out.count(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            RowCodec.write(out, rows.get(i));
        }
        if (withKey) {
            RowCodec.writeKey(out, state.key());
        }
        if (state.base != null) {
            writeBase(state.base);
        }
        if (entries.length > 0) {
            out.count(entries.length);
            places.writeTime(out, state.foldAfter);
            for (Entry entry : entries) {
                writeEntry(entry);
            }
        }
        rows.clear();
        numbers.clear();
    }

    /** The time that all others are counted from: that of the oldest event. */
    private static long anchor(KeyState state) {
        if (state.events != null) {
            return state.oldestTime;
        }
        return state.base == null ? 0 : state.base.time;
    }

    /** Whether the key need not be written, as the first row tells it. */
    private boolean isKeyOfFirstRow(KeyState state) {
        if (rows.isEmpty()) {
            return false;
        }
        Row row = rows.get(0);
        int[] ordinals = keyOrdinals(state.layout);
        for (int ordinal : ordinals) {
            if (!row.hasValue(ordinal)) {
                return false;
            }
        }
        return state.key.matches(row, ordinals, state.key.hashCode());
    }

    private int[] keyOrdinals(int layout) {
        int[] ordinals = keyOrdinals[layout];
        if (ordinals == null) {
            TableSchema schema = schemaOf(layout);
            ordinals = table.spec().keyOf(schema).stream()
                    .mapToInt(schema::ordinal)
                    .toArray();
            keyOrdinals[layout] = ordinals;
        }
        return ordinals;
    }

    private void collectRows(KeyState state, Entry[] entries) {
        rows.clear();
        numbers.clear();
        if (state.base != null) {
            collect(state.base.state);
            collect(state.base.version);
        }
        for (Entry entry : entries) {
            collect(entry.image);
            collect(entry.state);
            if (entry instanceof LinkedEntry) {
                collect(entry.before());
                collect(entry.inherited());
            }
        }
    }

    private void collect(@Nullable Row row) {
        if (row != null && number(row) == NO_ROW) {
            rows.add(row);
            if (rows.size() > FEW_ROWS) {
                if (numbers.isEmpty()) {
                    rows.forEach(each -> numbers.put(each, numbers.size() + 1));
                } else {
                    numbers.put(row, rows.size());
                }
            }
        }
    }

    // The last rows are the likeliest: an event's row is also its state's and its version's.
    private int number(@Nullable Row row) {
        if (row == null) {
            return NO_ROW;
        }
        if (!numbers.isEmpty()) {
            return numbers.getOrDefault(row, NO_ROW);
        }
        for (int i = rows.size() - 1; i >= 0; i--) {
            if (rows.get(i) == row) {
                return i + 1;
            }
        }
        return NO_ROW;
    }

    private void writeBase(Base base) {
        boolean sameRow = base.version == base.state;
        out.raw((base.live ? LIVE : 0)
                | (base.marked ? MARKED : 0)
                | (base.version == null ? 0 : WITH_VERSION)
                | (base.snapshotLane == null ? 0 : WITH_SNAPSHOT)
                | (sameRow ? STATE_IS_VERSION : 0));
        places.write(out, base);
        places.writeTime(out, base.time);
        if (!sameRow) {
            out.count(number(base.state));
        }
        if (base.version != null) {
            out.count(number(base.version));
            out.raw(base.operation);
            out.number(base.time - base.validFrom);
        }
        if (base.snapshotLane != null) {
            Position position = Objects.requireNonNull(base.snapshotPosition);
            out.count(table.lanes.indexOf(base.snapshotLane));
            out.number(position.epoch());
            out.number(position.offset());
            out.text(position.path());
        }
    }

    private void writeEntry(Entry entry) {
        boolean stateIsImage = entry.state == entry.image;
        boolean linked = entry instanceof LinkedEntry;
        out.raw((entry.live ? LIVE : 0)
                | (entry.marked ? MARKED : 0)
                | (linked ? LINKED : 0)
                | (entry.heir() == null ? 0 : WITH_HEIR)
                | (stateIsImage ? STATE_IS_IMAGE : 0));
        out.count(number(entry.image));
        if (!stateIsImage) {
            out.count(number(entry.state));
        }
        if (linked) {
            out.count(number(entry.before()));
            out.count(number(entry.inherited()));
            if (entry.heir() != null) {
                RowCodec.writeKey(out, entry.heir());
            }
        }
        places.write(out, entry);
        out.number(entry.time - entry.rawTime);
    }

    /** Reads a key's state. */
    public KeyState decodeKey(byte[] bytes) {
        return decodeKey(null, bytes, bytes.length);
    }

    /**
     * Reads the state of a key that is known.
     *
     * @param bytes the first {@code length} are those of the state
     */
    public KeyState decodeKey(@Nullable RowKey known, byte[] bytes, int length) {
        ByteReader in = reader(bytes, length);
        int bits = in.raw();
        places.begin(in.fixed());
        int layout = (int) in.count();
        Row.Builder builder = builder(layout);
        rows.clear();
        numbers.clear();
        for (int count = in.size(); count > 0; count--) {
            rows.add(RowCodec.read(in, builder));
        }
        RowKey key = (bits & WITH_KEY) == 0 ? known : RowCodec.readKey(in);
        if (key == null) {
            key = RowKey.of(rows.get(0), keyOrdinals(layout));
        }
        Base base = (bits & WITH_BASE) == 0 ? null : readBase(in);
        Chunk events = null;
        long oldest = Long.MAX_VALUE;
        long foldAfter = Long.MAX_VALUE;
        boolean bequeaths = false;
        if ((bits & WITH_ENTRIES) != 0) {
            Entry[] entries = new Entry[in.size()];
            foldAfter = places.readTime(in);
            for (int i = 0; i < entries.length; i++) {
                Entry entry = readEntry(in);
                entries[i] = entry;
                oldest = Math.min(oldest, entry.time);
                bequeaths |= entry.heir() != null;
            }
            events = Chunk.append(null, entries, 0, entries.length);
        }
        rows.clear();
        numbers.clear();
        return new KeyState(key, layout, base, events, oldest, foldAfter, bequeaths);
    }

    private TableSchema schemaOf(int layout) {
        if (layout >= table.layouts.size()) {
            throw new Fatal("the state of a key of " + table.schema().table() + " is newer than that of its table:"
                    + " read the table's state again");
        }
        return table.layouts.get(layout);
    }

    private Row.Builder builder(int layout) {
        TableSchema schema = schemaOf(layout);
        Row.Builder builder = builders[layout];
        if (builder == null) {
            builder = Row.builder(schema);
            builders[layout] = builder;
        }
        return builder;
    }

    private @Nullable Row row(long number) {
        return number == NO_ROW ? null : rows.get((int) number - 1);
    }

    private Base readBase(ByteReader in) {
        int bits = in.raw();
        Entry place = places.read(in);
        long time = places.readTime(in);
        Row state = (bits & STATE_IS_VERSION) != 0 ? null : row(in.count());
        Row version = null;
        long from = 0;
        char operation = 0;
        if ((bits & WITH_VERSION) != 0) {
            version = row(in.count());
            operation = (char) in.raw();
            from = time - in.number();
        }
        Base base = new Base(place, version, from, operation);
        base.time = time;
        base.live = (bits & LIVE) != 0;
        base.marked = (bits & MARKED) != 0;
        base.state = (bits & STATE_IS_VERSION) != 0 ? version : state;
        if ((bits & WITH_SNAPSHOT) != 0) {
            base.snapshotLane = table.lanes.get((int) in.count());
            long epoch = in.number();
            long offset = in.number();
            base.snapshotPosition = Position.of(epoch, in.text(), offset);
        }
        return base;
    }

    private Entry readEntry(ByteReader in) {
        int bits = in.raw();
        Row image = row(in.count());
        Row state = (bits & STATE_IS_IMAGE) != 0 ? image : row(in.count());
        Links links = null;
        if ((bits & LINKED) != 0) {
            Row before = row(in.count());
            Row inherited = row(in.count());
            links = new Links(before, (bits & WITH_HEIR) == 0 ? null : RowCodec.readKey(in), inherited);
        }
        Entry entry = places.read(in, image, links);
        entry.live = (bits & LIVE) != 0;
        entry.marked = (bits & MARKED) != 0;
        entry.time = entry.rawTime + in.number();
        entry.state = state;
        return entry;
    }

    /** {@link KeyState#oldestEventTime()} of the bytes of a key's state, of which {@link #HEAD_BYTES} are enough. */
    public static long oldestEventTime(byte[] bytes) {
        ByteReader in = reader(bytes);
        int bits = in.raw();
        return (bits & WITH_ENTRIES) == 0 ? Long.MAX_VALUE : in.fixed();
    }

    /** The bytes of a version. */
    public byte[] encode(Version version) {
        out.clear();
        out.raw(FORMAT_VERSION);
        out.count(layoutOf(version.row()));
        out.raw(version.operation());
        out.number(version.validFrom());
        out.raw(version.isCurrent() ? 0 : 1);
        if (!version.isCurrent()) {
            out.number(version.validTo() - version.validFrom());
        }
        RowCodec.write(out, version.row());
        return out.toBytes();
    }

    private int layoutOf(Row row) {
        TableSchema schema = row.schema();
        if (table.rules().fits(schema)) {
            return table.layout();
        }
        for (int i = table.layouts.size() - 1; i >= 0; i--) {
            if (table.layouts.get(i).columns().equals(schema.columns())) {
                return i;
            }
        }
        throw new IllegalArgumentException("a row of another table: " + schema.table());
    }

    /** Reads a version; its row has the table's current schema. */
    public Version decodeVersion(byte[] bytes) {
        ByteReader in = reader(bytes);
        Row.Builder builder = builder((int) in.count());
        char operation = (char) in.raw();
        long from = in.number();
        long to = in.raw() == 0 ? Version.CURRENT : from + in.number();
        return Versions.in(new Version(RowCodec.read(in, builder), from, to, operation), table);
    }

    /** The bytes of a key; they sort, as unsigned bytes, as the keys of one table do, and none is a prefix of another. */
    public static byte[] encode(RowKey key) {
        return encode(new byte[0], key);
    }

    /** Some bytes, and behind them those of {@link #encode(RowKey)}. */
    public static byte[] encode(byte[] prefix, RowKey key) {
        return SortableKeys.encode(prefix, key);
    }
}
