package io.cdcsdk.runtime.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.OutcomeUnknown;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.Transform;
import io.cdcsdk.runtime.ForwardingSink;
import io.cdcsdk.runtime.ForwardingSource;
import io.cdcsdk.runtime.OpenLetter;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.runtime.PipelineListener;
import io.cdcsdk.runtime.deadletter.FileDeadLetterStore;
import io.cdcsdk.runtime.leaks.Secretive.Throwing;
import io.cdcsdk.runtime.transform.Filter;
import io.cdcsdk.runtime.transform.KeyedTokenizer;
import io.cdcsdk.runtime.transform.Mask;
import io.cdcsdk.runtime.transform.MaskingKey;
import io.cdcsdk.runtime.transform.PersonalData;
import io.cdcsdk.runtime.transform.Project;
import io.cdcsdk.runtime.transform.Validate;
import io.cdcsdk.testkit.EventScript;
import io.cdcsdk.testkit.Faults;
import io.cdcsdk.testkit.InMemorySink;
import io.cdcsdk.testkit.InMemoryTarget;
import io.cdcsdk.testkit.ScriptedOrigin;
import io.cdcsdk.testkit.ScriptedSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rows full of markers, and passwords in URLs, go down every path on which something fails; then all that came out is searched: the log
 * down to TRACE, exceptions with all that belongs to them, metrics, JMX, health, HTTP, files, dead letters byte by byte.
 */
@Timeout(120)
class LeakTest {
    private static final Transform NO_MASK = (event, schema) -> event;
    private static final int PERSONS = 12;

    @TempDir
    Path directory;

    /** One way to fail, with a mask in the chain. */
    private interface Play {
        void play(Stage stage) throws Exception;
    }

    private record Scenario(String name, Play play) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** What a scenario plays with. */
    private record Stage(Observed observed, Secretive rows, Transform mask, InMemoryTarget target) {
        ScriptedOrigin origin() {
            return new ScriptedOrigin().append("lane", rows.events(PERSONS, "bad"));
        }

        Source source() {
            return ScriptedSource.over(origin()).batchSize(9).build();
        }

        Sink sink() {
            return InMemorySink.on(target);
        }

        /** Rows that fail in a transform before the mask. */
        void runBefore(Transform failing) throws Exception {
            observed.run(observed.pipeline(source(), sink()).transform(failing).transform(mask));
        }

        void runSink(Sink sink) throws Exception {
            observed.run(observed.pipeline(source(), sink).transform(mask));
        }

        void runSource(Source source) throws Exception {
            observed.run(observed.pipeline(source, sink()).transform(mask));
        }

        /** A sink that runs into a failure at one point, some times. */
        Sink failing(Faults.Point point, int times, Supplier<? extends RuntimeException> failure) {
            Faults faults = new Faults();
            for (int i = 1; i <= times; i++) {
                faults.fail(point, i, failure);
            }
            return InMemorySink.builder(target).faults(faults).build();
        }

        /** A sink that refuses rows in the state "bad", and quotes them as they came to it. */
        Sink refusing() {
            return new ForwardingSink(sink()) {
                @Override
                public void write(EventBatch batch) {
                    for (ChangeEvent event : batch.events()) {
                        if (Secretive.is("bad", event)) {
                            throw new BadRecord(
                                    "cannot take " + Secretive.quoted(event),
                                    new IllegalStateException(Secretive.quoted(event) + Secretive.URL));
                        }
                    }
                    super.write(batch);
                }
            };
        }
    }

    private static Scenario named(String name, Play play) {
        return new Scenario(name, play);
    }

    private static RuntimeException quoting(ChangeEvent event) {
        RuntimeException failure = new IllegalStateException(
                Secretive.quoted(event), new IllegalArgumentException(Secretive.quoted(event)));
        failure.addSuppressed(new IllegalStateException(Secretive.quoted(event)));
        return failure;
    }

    private static RuntimeException withUrl() {
        RuntimeException failure =
                new IllegalStateException(Secretive.URL, new IOException("password=" + Secretive.PASSWORD));
        failure.addSuppressed(new IOException(Secretive.URL));
        return failure;
    }

    private static Validate strict() {
        return Validate.table("hr.*")
                .oneOf("state", "ok")
                .pattern("name", "[a-z]+")
                .onViolation(Validate.Action.WARN)
                .pattern("ssn", "[0-9]+")
                .onViolation(Validate.Action.WARN)
                .range("account", 0, 10)
                .onViolation(Validate.Action.WARN);
    }

    /** Ways to fail after which letters, messages or both would show values if nothing masked them. */
    static Stream<Scenario> showing() {
        return Stream.of(
                named("a rule rejects before the mask", stage -> stage.runBefore(strict())),
                named(
                        "a transform throws before the mask, and quotes",
                        stage -> stage.runBefore(Throwing.transform(LeakTest::quoting))),
                named(
                        "a transform fails an assertion, and quotes",
                        stage -> stage.runBefore(
                                Throwing.transform(event -> new AssertionError(Secretive.quoted(event))))),
                named(
                        "a transform throws behind the mask",
                        stage -> stage.observed.run(stage.observed
                                .pipeline(stage.source(), stage.sink())
                                .transform(stage.mask)
                                .transform(Throwing.transform(LeakTest::quoting)))),
                named("the sink refuses and quotes, and batches are halved", stage -> stage.runSink(stage.refusing())),
                named("letters are replayed, and fail again", stage -> {
                    stage.runSink(stage.refusing());
                    stage.observed.replay(stage.observed
                            .pipeline(stage.source(), stage.refusing())
                            .transform(stage.mask));
                }),
                named("letters of a transform are replayed, and fail again", stage -> {
                    stage.runBefore(Throwing.transform(LeakTest::quoting));
                    stage.observed.replay(stage.observed
                            .pipeline(stage.source(), stage.sink())
                            .transform(Throwing.transform(LeakTest::quoting))
                            .transform(stage.mask));
                }),
                named("a truncate makes letters void", stage -> {
                    List<ChangeEvent> events = stage.rows.events(PERSONS, "bad");
                    ScriptedOrigin origin = new ScriptedOrigin().append("lane", events);
                    EventScript script = EventScript.after(events.size());
                    origin.append(
                            "lane",
                            script.truncate(Secretive.PERSON)
                                    .insert(stage.rows.row(99, "ok"))
                                    .take());
                    stage.observed.run(stage.observed
                            .pipeline(ScriptedSource.over(origin).batchSize(9).build(), stage.refusing())
                            .transform(stage.mask));
                }),
                named("a pipeline fails with letters under way, and starts again", stage -> {
                    stage.runSink(new ForwardingSink(stage.refusing()) {
                        private int commits;

                        @Override
                        public void commit(Commit commit) {
                            if (++commits == 3) {
                                throw new Fatal(Secretive.URL, withUrl());
                            }
                            super.commit(commit);
                        }
                    });
                    stage.runSink(stage.refusing());
                }),
                named("an answer is lost with letters under way", stage -> {
                    AtomicInteger commits = new AtomicInteger();
                    stage.runSink(new ForwardingSink(stage.refusing()) {
                        @Override
                        public void commit(Commit commit) {
                            int number = commits.incrementAndGet();
                            if (number % 3 == 1) {
                                throw new OutcomeUnknown(Secretive.URL, withUrl());
                            }
                            super.commit(commit);
                            if (number % 3 == 2) {
                                throw new OutcomeUnknown(Secretive.URL, withUrl());
                            }
                        }
                    });
                }));
    }

    /** A few of them, to see that the test can fail: a transform, the sink, and letters that are void. */
    static Stream<Scenario> controls() {
        List<Scenario> all = showing().toList();
        return Stream.of(all.get(0), all.get(1), all.get(4), all.get(7));
    }

    /** The others. */
    static Stream<Scenario> failing() {
        return Stream.of(
                named("nothing fails", stage -> stage.runSink(stage.sink())),
                named(
                        "a predicate of rows throws",
                        stage -> stage.runBefore(Filter.rows("hr.*", row -> {
                            throw new IllegalStateException("cannot decide on " + row.value("name") + row.value("ssn"));
                        }))),
                named(
                        "a predicate of events throws",
                        stage -> stage.runBefore(Filter.events(event -> {
                            throw quoting(event);
                        }))),
                named(
                        "a transform throws an error of its own kind with a URL",
                        stage -> stage.runBefore(Throwing.transform(
                                event -> new BadRecord("no answer from " + Secretive.URL, withUrl())))),
                named(
                        "a transform gives up the pipeline",
                        stage -> stage.runBefore(
                                Throwing.transform(event -> new Fatal("no answer from " + Secretive.URL, withUrl())))),
                named(
                        "a tokenizer throws, and quotes",
                        stage -> stage.observed.run(stage.observed
                                .pipeline(stage.source(), stage.sink())
                                .transform(Mask.table("hr.*").tokenize("name", text -> {
                                    throw new IllegalArgumentException(text);
                                }))
                                .transform(Mask.table("hr.*").hash("ssn", Secretive.KEY)))),
                named("a mask finds personal data in a key", stage -> {
                    Mask mask = Mask.table("hr.*")
                            .redact("name", "account", "photo", "aliases", "card", "phone")
                            .detectAndRedact(PersonalData.EMAIL_ADDRESS);
                    Row row = stage.rows.row(3, "ok").toBuilder()
                            .set("ssn", "mail" + 55_511 + "@leak-marker.example")
                            .build();
                    List<ChangeEvent> events = EventScript.create().insert(row).take();
                    stage.observed.run(stage.observed
                            .pipeline(ScriptedSource.of("lane", events), stage.sink())
                            .transform(mask));
                }),
                named(
                        "the table is renamed between a failure and the mask",
                        stage -> stage.observed.run(stage.observed
                                .pipeline(stage.source(), stage.sink())
                                .transform(Throwing.transform(LeakTest::quoting))
                                .transform(Project.table("hr.person").renameTable(TableId.of("masked", "person")))
                                .transform(Mask.table("masked.*")
                                        .hash("ssn", Secretive.KEY)
                                        .redact("name", "card", "phone", "account", "photo", "aliases")
                                        .detectAndRedact(PersonalData.EMAIL_ADDRESS)))),
                named(
                        "a column takes the name of another one between a failure and the mask",
                        stage -> stage.observed.run(stage.observed
                                .pipeline(stage.source(), stage.sink())
                                .transform(Throwing.transform(LeakTest::quoting))
                                .transform(
                                        Project.table("hr.person").drop("name").rename("card", "name"))
                                .transform(Mask.table("hr.*")
                                        .hash("ssn", Secretive.KEY)
                                        .redact("name", "phone", "account", "photo", "aliases")
                                        .detectAndRedact(PersonalData.EMAIL_ADDRESS)))),
                named(
                        "a listener throws, and quotes",
                        stage -> stage.observed.run(stage.observed
                                .pipeline(stage.source(), stage.sink())
                                .transform(stage.mask)
                                .listener(new PipelineListener() {
                                    @Override
                                    public void read(EventBatch batch) {
                                        throw quoting(batch.events().get(0));
                                    }
                                }))),
                named(
                        "the sink is tried again until it is given up",
                        stage -> stage.runSink(stage.failing(
                                Faults.Point.WRITE,
                                100,
                                () -> new Retryable("cannot connect to " + Secretive.URL, withUrl())))),
                named(
                        "the sink fails for a while",
                        stage -> stage.runSink(stage.failing(
                                Faults.Point.BEFORE_COMMIT, 3, () -> new Retryable(Secretive.URL, withUrl())))),
                named(
                        "the sink cannot be opened",
                        stage -> stage.runSink(stage.failing(Faults.Point.OPEN, 1, LeakTest::withUrl))),
                named(
                        "the sink cannot claim",
                        stage -> stage.runSink(stage.failing(Faults.Point.CLAIM, 1, LeakTest::withUrl))),
                named(
                        "the sink throws what it should not",
                        stage -> stage.runSink(stage.failing(Faults.Point.WRITE, 1, LeakTest::withUrl))),
                named(
                        "the sink fails an assertion",
                        stage -> stage.runSink(new ForwardingSink(stage.sink()) {
                            @Override
                            public void write(EventBatch batch) {
                                throw new AssertionError(Secretive.URL, withUrl());
                            }
                        })),
                named(
                        "the sink is fatal",
                        stage -> stage.runSink(stage.failing(
                                Faults.Point.AFTER_COMMIT, 1, () -> new Fatal(Secretive.URL, withUrl())))),
                named(
                        "the sink keeps losing answers",
                        stage -> stage.runSink(stage.failing(
                                Faults.Point.BEFORE_COMMIT, 100, () -> new OutcomeUnknown(Secretive.URL, withUrl())))),
                named(
                        "the sink fails while closing",
                        stage -> stage.runSink(new ForwardingSink(stage.sink()) {
                            @Override
                            public void close() {
                                super.close();
                                throw withUrl();
                            }
                        })),
                named(
                        "the sink has no cursor",
                        stage -> stage.runSink(InMemorySink.builder(stage.target)
                                .without(SinkCapability.CURSOR)
                                .build())),
                named(
                        "the source is tried again until it is given up",
                        stage -> stage.runSource(
                                failingSource(stage, 100, () -> new Retryable(Secretive.URL, withUrl())))),
                named("the source throws, and quotes rows", stage -> {
                    Row row = stage.rows.row(77, "ok");
                    ChangeEvent event = EventScript.create().insert(row).take().get(0);
                    stage.runSource(failingSource(stage, 1, () -> quoting(event)));
                    stage.runSource(new ForwardingSource(stage.source()) {
                        @Override
                        public EventBatch poll(Duration maxWait) {
                            throw new AssertionError(Secretive.quoted(event));
                        }
                    });
                }),
                named("the source fails while acknowledging and closing", stage -> {
                    ChangeEvent event = EventScript.create()
                            .insert(stage.rows.row(78, "ok"))
                            .take()
                            .get(0);
                    stage.runSource(new ForwardingSource(stage.source()) {
                        @Override
                        public void acknowledge(Positions durable) {
                            throw quoting(event);
                        }

                        @Override
                        public void close() {
                            super.close();
                            throw withUrl();
                        }
                    });
                }),
                named("the dead letters cannot be written", stage -> {
                    Files.createDirectories(stage.observed.letters().getParent());
                    Files.writeString(stage.observed.letters(), "in the way");
                    stage.runSink(stage.refusing());
                    Files.delete(stage.observed.letters());
                }),
                named(
                        "there are too many dead letters",
                        stage -> stage.observed.run(stage.observed
                                .pipeline(stage.source(), stage.refusing())
                                .transform(stage.mask)
                                .deadLetterBytes(100))),
                named(
                        "the pipeline does not fit together",
                        stage -> stage.observed.run(stage.observed
                                .pipeline(
                                        ScriptedSource.over(stage.origin())
                                                .knownSchemas(Secretive.PERSON)
                                                .build(),
                                        stage.sink())
                                .transform(Mask.table("hr.*")
                                        .redact("ssn", "missing")
                                        .partial("account", 3)))),
                named("options are wrong", LeakTest::wrongOptions));
    }

    private static Source failingSource(Stage stage, int times, Supplier<? extends RuntimeException> failure) {
        Faults faults = new Faults();
        for (int i = 1; i <= times; i++) {
            faults.fail(Faults.Point.POLL, i + 1, failure);
        }
        return ScriptedSource.over(stage.origin()).faults(faults).build();
    }

    private static void wrongOptions(Stage stage) {
        List<Runnable> mistakes = new ArrayList<>();
        mistakes.add(() -> MaskingKey.ofBase64("!" + Secretive.PASSWORD));
        mistakes.add(() -> MaskingKey.of(Secretive.PASSWORD.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        mistakes.add(() -> KeyedTokenizer.of(Secretive.KEY).detokenize("t1." + Secretive.PASSWORD));
        for (String option : List.of("directory", "segment-bytes", "password", "unknown")) {
            Properties properties = new Properties();
            properties.setProperty(option, "s3://app:" + Secretive.PASSWORD + "@bucket/\0");
            mistakes.add(() -> FileDeadLetterStore.fromProperties(properties));
            mistakes.add(() -> Validate.fromProperties(properties));
        }
        AtomicInteger refused = new AtomicInteger();
        for (Runnable mistake : mistakes) {
            try {
                mistake.run();
            } catch (InvalidConfiguration | IllegalArgumentException e) {
                refused.incrementAndGet();
                stage.observed.evidence().add("configuration", e);
            }
        }
        assertThat(refused).hasValue(mistakes.size());
        stage.observed.evidence().add("key", Secretive.KEY + " " + KeyedTokenizer.of(Secretive.KEY));
    }

    private List<String> leaksOf(Scenario scenario, Transform mask) throws Exception {
        Secretive rows = new Secretive();
        try (Observed observed = new Observed(directory)) {
            scenario.play.play(new Stage(observed, rows, mask, new InMemoryTarget()));
            List<String> leaks = observed.leaks(rows);
            if (!observed.evidence().hasFrom("configuration")) {
                assertThat(List.of(
                                "log", "status", "HTTP /health", "HTTP /ready", "HTTP /metrics", "metrics file", "JMX"))
                        .allMatch(observed.evidence()::hasFrom);
            }
            return leaks;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"showing", "failing"})
    void nothingSecretShows(Scenario scenario) throws Exception {
        assertThat(leaksOf(scenario, Secretive.mask())).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("controls")
    void withoutTheMaskTheTestFindsIt(Scenario scenario) throws Exception {
        assertThat(leaksOf(scenario, NO_MASK))
                .anyMatch(leak -> leak.startsWith("letters "))
                .anyMatch(
                        leak -> leak.startsWith("log ") || leak.startsWith("letters read") || leak.contains(".jsonl"));
    }

    @Test
    void everyFormIsFound() {
        Marker marker = Marker.of("sécret \"7\"");
        MarkerSearch search = new MarkerSearch(List.of(marker));
        byte[] bytes = ("x" + marker.text() + "yz").getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertThat(List.of(
                        "a sécret \"7\" b",
                        "{\"a\":\"sécret \\\"7\\\"\"}",
                        "{\"a\":\"s\\u00e9cret \\\"7\\\"\"}",
                        java.util.Base64.getEncoder().encodeToString(bytes),
                        java.util.Base64.getUrlEncoder().encodeToString(bytes),
                        java.util.HexFormat.of().formatHex(bytes),
                        java.util.HexFormat.of().withUpperCase().formatHex(bytes)))
                .allMatch(text -> search.find(text).size() == 1);
        assertThat(search.find("a secret 7")).isEmpty();
    }

    /** The rows as the target must have them: each value hashed once, not a hash of a hash. */
    @Test
    void aReplayMasksOnce() throws Exception {
        Secretive rows = new Secretive();
        List<ChangeEvent> events = rows.events(PERSONS, "bad");
        AtomicBoolean broken = new AtomicBoolean(true);
        Transform before = (event, schema) -> {
            if (broken.get() && Secretive.is("bad", event)) {
                throw new BadRecord("not now");
            }
            return event;
        };
        InMemoryTarget straight = new InMemoryTarget();
        InMemoryTarget target = new InMemoryTarget();
        try (Observed observed = new Observed(directory)) {
            observed.run(observed.pipeline(ScriptedSource.of("lane", events), InMemorySink.on(target))
                    .transform(before)
                    .transform(Secretive.mask())
                    .transform(NO_MASK));
            assertThat(OpenLetter.read(observed.store(), Observed.PIPELINE, Observed.SINK))
                    .hasSizeGreaterThan(3);
            broken.set(false);
            observed.replay(observed.pipeline(ScriptedSource.of("lane", events), InMemorySink.on(target))
                    .transform(before)
                    .transform(Secretive.mask())
                    .transform(NO_MASK));
            assertThat(OpenLetter.read(observed.store(), Observed.PIPELINE, Observed.SINK))
                    .isEmpty();
            assertThat(observed.leaks(rows)).isEmpty();
        }
        try (Pipeline pipeline = Pipeline.builder("straight")
                .source(ScriptedSource.of("lane", events))
                .transform(Secretive.mask())
                .sink("target", InMemorySink.on(straight))
                .build()) {
            pipeline.run();
        }
        io.cdcsdk.api.TableSchema masked = Secretive.mask().schema(Secretive.PERSON);
        assertThat(target.rows(masked))
                .hasSizeGreaterThan(10)
                .containsExactlyInAnyOrderElementsOf(straight.rows(masked));
    }
}
