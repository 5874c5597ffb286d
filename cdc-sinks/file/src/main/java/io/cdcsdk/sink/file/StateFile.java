package io.cdcsdk.sink.file;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The JSON form of states. */
final class StateFile {
    /** The version of everything in the state folder; raised when an older library could not read it. */
    static final int VERSION = 1;

    private StateFile() {}

    /** Reads a small file of the state folder and checks its version. */
    static JsonTree read(Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        JsonTree tree;
        long version;
        try {
            tree = JsonTree.read(bytes);
            version = tree.number("version");
        } catch (IOException e) {
            throw damaged(path, e);
        }
        if (version > VERSION) {
            throw new Fatal(path + " has format version " + version + ", and this library reads up to " + VERSION
                    + ": run the version that wrote it, or a newer one");
        }
        return tree;
    }

    static Fatal damaged(Path path, Exception cause) {
        return new Fatal(
                path + " cannot be read (" + cause.getMessage() + "): put it back from a backup together with the whole"
                        + " directory, or take a new snapshot into an empty directory",
                cause);
    }

    static TableState readState(Path path, StateFolder folder) throws IOException {
        JsonTree tree = read(path);
        try {
            return state(tree, folder);
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(path, e);
        }
    }

    private static TableState state(JsonTree tree, StateFolder folder) throws IOException {
        JsonTree schema = tree.object("schema");
        JsonTree file = tree.object("file");
        JsonTree cursors = tree.object("cursors");
        JsonTree staged = tree.object("staged");
        Map<String, Position> positions = new TreeMap<>();
        if (cursors != null) {
            for (String lane : cursors.names()) {
                positions.put(lane, Position.parse(cursors.text(lane)));
            }
        }
        return new TableState(
                tree.text("target"),
                tree.number("generation"),
                tree.text("format"),
                schema == null ? null : schema(schema),
                file == null ? null : new TableState.DataFile(file.text("name"), stored(file)),
                positions,
                staged == null ? null : staged(staged, folder));
    }

    private static TableState.Staged staged(JsonTree tree, StateFolder folder) throws IOException {
        List<TableSchema> schemas = new ArrayList<>();
        for (JsonTree schema : tree.objects("schemas")) {
            schemas.add(schema(schema));
        }
        List<Run> runs = new ArrayList<>();
        for (JsonTree run : tree.objects("runs")) {
            runs.add(new Run(folder.runs().resolve(run.text("name")), stored(run), (int) run.number("schema"), (int)
                    run.number("level")));
        }
        return new TableState.Staged(
                schemas, tree.number("sequence"), Overlay.KeyMoves.valueOf(tree.text("moves")), runs);
    }

    static Stored stored(JsonTree tree) throws IOException {
        return new Stored(tree.number("length"), tree.number("checksum"));
    }

    private static TableSchema schema(JsonTree tree) throws IOException {
        TableSchema.Builder schema =
                TableSchema.builder(TableId.parse(tree.text("table"))).version((int) tree.number("version"));
        for (JsonTree column : tree.objects("columns")) {
            schema.column(new Column(
                    column.text("name"),
                    LogicalType.parse(column.text("type")),
                    Column.Nullability.valueOf(column.text("nullability"))));
        }
        return schema.key(tree.texts("key")).build();
    }

    static byte[] bytes(TableState state) throws IOException {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("version", VERSION);
        tree.put("target", state.target());
        tree.put("generation", state.generation());
        tree.put("format", state.format());
        TableSchema schema = state.schema();
        tree.put("schema", schema == null ? null : tree(schema));
        TableState.DataFile file = state.file();
        tree.put("file", file == null ? null : tree(file.name(), file.stored()));
        Map<String, String> cursors = new TreeMap<>();
        state.cursors().forEach((lane, position) -> cursors.put(lane, position.text()));
        tree.put("cursors", cursors);
        TableState.Staged staged = state.staged();
        tree.put("staged", staged == null ? null : tree(staged));
        return JsonTree.write(tree);
    }

    static Map<String, Object> tree(String name, Stored stored) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", name);
        tree.put("length", stored.length());
        tree.put("checksum", stored.checksum());
        return tree;
    }

    private static Map<String, Object> tree(TableState.Staged staged) {
        List<Object> runs = new ArrayList<>();
        for (Run run : staged.runs()) {
            Map<String, Object> tree = tree(String.valueOf(run.path().getFileName()), run.stored());
            tree.put("schema", run.schemaIndex());
            tree.put("level", run.level());
            runs.add(tree);
        }
        return Map.of(
                "schemas", staged.schemas().stream().map(StateFile::tree).toList(),
                "sequence", staged.sequence(),
                "moves", staged.moves().name(),
                "runs", runs);
    }

    private static Map<String, Object> tree(TableSchema schema) {
        List<Object> columns = new ArrayList<>();
        for (Column column : schema.columns()) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("name", column.name());
            tree.put("type", column.type());
            tree.put("nullability", column.nullability().name());
            columns.add(tree);
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("table", schema.table());
        tree.put("version", schema.version());
        tree.put("columns", columns);
        tree.put("key", schema.keyNames());
        return tree;
    }
}
