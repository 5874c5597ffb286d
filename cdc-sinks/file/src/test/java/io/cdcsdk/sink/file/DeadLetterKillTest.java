package io.cdcsdk.sink.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.DeadLetterFilter;
import io.cdcsdk.api.DeadLetterRecord.Fault;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableId;
import io.cdcsdk.runtime.CommitBounds;
import io.cdcsdk.runtime.OpenLetter;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.runtime.ReplayResult;
import io.cdcsdk.runtime.RetryPolicy;
import io.cdcsdk.runtime.deadletter.FileDeadLetterStore;
import io.cdcsdk.runtime.deadletter.KillableLetters;
import io.cdcsdk.runtime.transform.Validate;
import io.cdcsdk.testkit.ScriptedSource;
import io.cdcsdk.testkit.kill.ChildProgram;
import io.cdcsdk.testkit.kill.KillContract;
import io.cdcsdk.testkit.kill.KillReport;
import io.cdcsdk.testkit.kill.KillStream;
import io.cdcsdk.testkit.kill.KillSuite;
import io.cdcsdk.testkit.kill.KillableSink;
import io.cdcsdk.testkit.kill.KillableSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The file sink against the contract of kills while a rule and the sink refuse rows: target and open letters must be those of an
 * undisturbed run, and after a replay that refuses nothing the target must be what the changes make of it. About a minute in the plain
 * build, ten with the tag {@code slow}: every commit has two targets.
 */
class DeadLetterKillTest extends KillContract {
    private static final String NAME = "killed";
    private static final String SINK = "files";
    private static final int ID = 0;
    private static final int CHANGE = 2;
    private static final int REPLAYED_COMMITS = 100;
    private static final int REPLAYS = 4;

    @TempDir
    Path work = Path.of("");

    private int commitsOfStream;

    /** A pipeline into a directory, or a replay of its dead letters. */
    static final class Program {
        private Program() {}

        /** Runs: the directory, the number of commits, and {@code replay} or nothing. */
        public static void main(String[] arguments) {
            Path target = Path.of(arguments[0]);
            int commits = Integer.parseInt(arguments[1]);
            if (arguments.length == 2) {
                // Somebody looks, and leaves nothing behind.
                List<OpenLetter> unused = letters(target);
                pipeline(target, commits, true).stopOnTermination().run();
                return;
            }
            for (int part = 0; part <= REPLAYS; part++) {
                int chosen = part;
                try (Pipeline pipeline = pipeline(target, commits, false)) {
                    requireNoFailure(
                            pipeline.replay(SINK, (id, letter) -> chosen == REPLAYS || id.index() % REPLAYS == chosen));
                }
            }
        }

        private static void requireNoFailure(ReplayResult result) {
            if (result.failed() > 0) {
                throw new IllegalStateException(result.toString());
            }
        }
    }

    private static Pipeline pipeline(Path target, int commits, boolean refuses) {
        Sink files = FileSink.builder().directory(target.resolve("files")).build();
        return Pipeline.builder(NAME)
                .source(KillableSource.of(KillStream.source(commits)))
                .transform(Validate.table("person").rule("is not chosen", row -> !refuses || !isChosen(row, 3)))
                .sink(SINK, KillableSink.of(refuses ? new RefusingSink(files) : files))
                .commit(CommitBounds.standard().withRows(KillStream.ROWS_PER_COMMIT))
                .retry(RetryPolicy.standard().withPauses(Duration.ofMillis(10), Duration.ofMillis(100)))
                .deadLetters(store(target))
                .build();
    }

    private static FileDeadLetterStore store(Path target) {
        return KillableLetters.store(target.resolve("letters"));
    }

    private static List<OpenLetter> letters(Path target) {
        return OpenLetter.read(store(target), NAME, SINK);
    }

    /** One of four changes of every tenth key: most of a key's changes stand behind one that is refused. */
    private static boolean isChosen(Row row, int remainder) {
        return row.primitive(ID) % 10 == remainder && row.primitive(CHANGE) % 4 == 0;
    }

    /** A letter as far as it does not depend on the run. */
    private record Shown(
            String lane, Position position, @Nullable ErrorCategory category) {
        static Shown of(OpenLetter open) {
            Fault fault = open.letter().fault();
            return new Shown(open.letter().lane(), open.letter().position(), fault == null ? null : fault.category());
        }
    }

    @Override
    protected ChildProgram program(Path target, int commits) {
        commitsOfStream = commits;
        return ChildProgram.of(Program.class, target.toString(), String.valueOf(commits));
    }

    @Override
    protected Set<String> adapterPoints() {
        return KillableLetters.points();
    }

    @Override
    protected int fillingCommits() {
        return 150;
    }

    @Override
    protected void assertSame(Path undisturbed, Path disturbed) throws Exception {
        assertThat(disturbed.resolve("files/person.csv"))
                .hasSameBinaryContentAs(undisturbed.resolve("files/person.csv"));
        assertThat(TableFiles.temporary(disturbed.resolve("files"))).isEmpty();
        List<Shown> expected = letters(undisturbed).stream().map(Shown::of).toList();
        assertThat(expected).extracting(Shown::category).contains(ErrorCategory.VALIDATION, ErrorCategory.SINK, null);
        assertThat(letters(disturbed).stream().map(Shown::of)).containsExactlyElementsOf(expected);
        assertThat(salts(disturbed)).hasSize(1);

        Path copy = copy(disturbed, Files.createTempDirectory(work, "replayed"));
        try (Pipeline pipeline = pipeline(copy, commitsOfStream, false)) {
            ReplayResult result = pipeline.replay(SINK, DeadLetterFilter.all());
            assertThat(result).isEqualTo(new ReplayResult(expected.size(), 0, 0, List.of()));
        }
        assertReplayed(copy, commitsOfStream);
    }

    private static void assertReplayed(Path target, int commits) throws Exception {
        assertThat(letters(target)).isEmpty();
        assertThat(TableFiles.read(target.resolve("files/person.csv"), KillStream.SCHEMA))
                .containsExactlyElementsOf(rows(commits).values());
    }

    /** What the changes make of an empty table, by the plainest reading. */
    private static Map<Long, Row> rows(int commits) throws InterruptedException {
        Map<Long, Row> rows = new TreeMap<>();
        try (ScriptedSource source = KillStream.source(commits)) {
            source.open(lanes -> Positions.none());
            for (EventBatch batch = source.poll(Duration.ZERO);
                    !batch.isEndOfSource();
                    batch = source.poll(Duration.ZERO)) {
                for (ChangeEvent event : batch.events()) {
                    RowChange change = (RowChange) event;
                    Row after = change.after();
                    if (after != null) {
                        rows.put(after.primitive(ID), after);
                    } else if (change.before() != null) {
                        rows.remove(change.before().primitive(ID));
                    }
                }
            }
        }
        return rows;
    }

    private static List<Path> salts(Path target) throws IOException {
        try (Stream<Path> files = Files.walk(target.resolve("letters"))) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith("salt"))
                    .toList();
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copied = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copied);
                } else {
                    Files.copy(file, copied);
                }
            }
        }
        return to;
    }

    @Tag("slow")
    @ParameterizedTest(name = "2 halts at each point, seed {0}")
    @ValueSource(longs = 12)
    final void aReplayThatIsHaltedAtEachPointIsRepeated(long seed, TestReporter reporter) throws Exception {
        Path prepared = Files.createDirectory(work.resolve("prepared"));
        pipeline(prepared, REPLAYED_COMMITS, true).run();
        Set<Path> begun = new HashSet<>();
        KillReport report = KillSuite.of(
                        Files.createDirectory(work.resolve("targets")),
                        seed,
                        target -> replay(begun.add(target) ? copyOf(prepared, target) : target),
                        (undisturbed, disturbed) -> assertReplayed(disturbed, REPLAYED_COMMITS))
                .haltAtEachPoint(2);
        reporter.publishEntry("report", report.toString());
    }

    private static Path copyOf(Path prepared, Path target) {
        try {
            return copy(prepared, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ChildProgram replay(Path target) {
        return ChildProgram.of(Program.class, target.toString(), String.valueOf(REPLAYED_COMMITS), "replay");
    }

    /** Refuses some rows before another sink sees them. */
    private static final class RefusingSink implements Sink {
        private final Sink sink;

        RefusingSink(Sink sink) {
            this.sink = sink;
        }

        @Override
        public Set<SinkCapability> capabilities() {
            return sink.capabilities();
        }

        @Override
        public String target(TableId table) {
            return sink.target(table);
        }

        @Override
        public void open() {
            sink.open();
        }

        @Override
        public List<Cursor> claim(Set<String> lanes) {
            return sink.claim(lanes);
        }

        @Override
        public void write(EventBatch batch) {
            for (ChangeEvent event : batch.events()) {
                if (event instanceof RowChange change && change.after() != null && isChosen(change.after(), 7)) {
                    throw new BadRecord("the sink does not take " + event.position());
                }
            }
            sink.write(batch);
        }

        @Override
        public void commit(Commit commit) {
            sink.commit(commit);
        }

        @Override
        public void close() {
            sink.close();
        }
    }
}
