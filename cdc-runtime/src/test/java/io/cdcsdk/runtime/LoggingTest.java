package io.cdcsdk.runtime;

import static io.cdcsdk.runtime.People.persons;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.DeadLetterFilter;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.OutcomeUnknown;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.runtime.health.HealthCheck;
import io.cdcsdk.runtime.logs.LogLine;
import io.cdcsdk.runtime.logs.RecordedLogs;
import io.cdcsdk.testkit.EventScript;
import io.cdcsdk.testkit.Faults;
import io.cdcsdk.testkit.InMemoryDeadLetterStore;
import io.cdcsdk.testkit.InMemorySink;
import io.cdcsdk.testkit.InMemoryTarget;
import io.cdcsdk.testkit.ScriptedOrigin;
import io.cdcsdk.testkit.ScriptedSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/** The lines of the log: who says them, how many there are, and what they say. */
@Timeout(60)
class LoggingTest {
    private final InMemoryTarget target = new InMemoryTarget();
    private final InMemoryDeadLetterStore store = new InMemoryDeadLetterStore();
    private final AtomicBoolean refusing = new AtomicBoolean(true);
    private final RecordedLogs.Recording log = RecordedLogs.record();

    @AfterEach
    void stopRecording() {
        log.close();
        MDC.clear();
    }

    private Pipeline.Builder pipeline(EventScript script) {
        return Pipeline.builder("people")
                .source(ScriptedSource.over(new ScriptedOrigin().append("lane", script.take()))
                        .batchSize(10)
                        .build())
                .commit(CommitBounds.standard().withRows(50))
                .retry(RetryPolicy.standard().withPauses(Duration.ofMillis(1), Duration.ofMillis(4)));
    }

    /** A sink whose code writes to the log itself, and which refuses the persons 3 and 7. */
    private ForwardingSink sink(Faults faults) {
        return new ForwardingSink(InMemorySink.builder(target).faults(faults).build()) {
            @Override
            public void write(EventBatch batch) {
                LoggerFactory.getLogger("sink").debug("writes");
                for (ChangeEvent event : batch.events()) {
                    if (refusing.get()
                            && event instanceof RowChange change
                            && List.of(3L, 7L).contains(change.image().value(0))) {
                        throw new BadRecord("does not fit");
                    }
                }
                super.write(batch);
            }
        };
    }

    /** The lines of the library and the sink; those of the libraries that it uses left out. */
    private List<LogLine> own() {
        return log.lines().stream()
                .filter(line -> !line.logger().startsWith("io.github"))
                .toList();
    }

    private List<LogLine> lines(String beginning) {
        return own().stream()
                .filter(line -> line.message().startsWith(beginning))
                .toList();
    }

    private LogLine line(String beginning) {
        List<LogLine> found = lines(beginning);
        assertThat(found).as("%s", own()).hasSize(1);
        return found.get(0);
    }

    @Test
    void everyLineSaysItsPipelineAndItsSink() {
        Faults faults = new Faults()
                .fail(Faults.Point.WRITE, 2, () -> new Retryable("not now"))
                .fail(Faults.Point.AFTER_COMMIT, 1, () -> new OutcomeUnknown("lost", new RuntimeException()));
        pipeline(persons(100))
                .sink("one", sink(faults))
                .sink("two", InMemorySink.on(new InMemoryTarget()))
                .deadLetters(store)
                .build()
                .run();
        assertThat(own()).isNotEmpty().allSatisfy(line -> {
            assertThat(line.context()).as("%s", line).containsEntry("pipeline", "people");
            String sink = line.thread().contains("-sink-")
                    ? line.thread().substring(line.thread().lastIndexOf('-') + 1)
                    : null;
            assertThat(line.context().get("sink")).as("%s", line).isEqualTo(sink);
            if (!line.logger().equals("sink")) {
                assertThat(line.pairs()).as("%s", line).containsEntry("pipeline", "people");
                assertThat(line.pairs().get("sink")).as("%s", line).isEqualTo(sink);
            }
        });
        assertThat(lines("writes")).isNotEmpty();
        assertThat(MDC.getCopyOfContextMap()).isEmpty();
    }

    @Test
    void aReplayDoesSoInTheThreadOfTheCallerAndPutsBackWhatWasThere() {
        pipeline(persons(10))
                .sink("one", sink(new Faults()))
                .deadLetters(store)
                .build()
                .run();
        MDC.put("pipeline", "of the caller");
        MDC.put("request", "17");
        refusing.set(false);
        Pipeline again = pipeline(persons(10))
                .sink("one", sink(new Faults()))
                .deadLetters(store)
                .build();
        int before = own().size();
        assertThat(again.replay("one", DeadLetterFilter.all()).replayed()).isEqualTo(2);
        // A pipeline that was awaited may still tell its end.
        List<LogLine> ofTheReplay = own().subList(before, own().size()).stream()
                .filter(line -> !line.thread().endsWith("-source"))
                .toList();
        assertThat(ofTheReplay).anyMatch(line -> line.context().containsKey("request"));
        assertThat(ofTheReplay)
                .allSatisfy(line -> assertThat(line.context())
                        .containsEntry("pipeline", "people")
                        .containsEntry("sink", "one"));
        assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("pipeline", "of the caller", "request", "17"));
        assertThat(line("dead letters were replayed").pairs())
                .containsEntry("replayed", "2")
                .containsEntry("failed", "0")
                .containsEntry("waiting", "0");
        assertThat(line("committed a replay").level()).isEqualTo(Level.DEBUG);
    }

    @Test
    void thereIsOneLineForACommitAndNoneForAnEvent() {
        pipeline(persons(1000))
                .sink("one", InMemorySink.on(target))
                .transform((event, schema) -> event)
                .build()
                .run();
        List<LogLine> commits = lines("committed");
        assertThat(commits).hasSizeBetween(20, 21).allSatisfy(line -> {
            assertThat(line.level()).isEqualTo(Level.DEBUG);
            assertThat(line.pairs()).containsKeys("pipeline", "sink", "rows", "bytes", "millis");
        });
        assertThat(own().size() - commits.size()).isLessThan(10);
        assertThat(own()).noneMatch(line -> line.level().toInt() > Level.INFO.toInt());
    }

    @Test
    void eventsThatAreSetAsideAreCountedByCategoryOnceForACommit() {
        EventScript script = persons(40);
        script.update(null, People.person(3, "later"));
        script.update(null, People.person(3, "last"));
        pipeline(script)
                .transform((event, schema) -> {
                    if (event instanceof RowChange change
                            && Long.valueOf(5).equals(change.image().value(0))) {
                        throw new BadRecord(ErrorCategory.VALIDATION, "not valid");
                    }
                    return event;
                })
                .sink("one", sink(new Faults()))
                .deadLetters(store)
                .build()
                .run();
        List<LogLine> aside = lines("events were set aside");
        assertThat(aside).hasSizeBetween(1, lines("committed").size()).allSatisfy(line -> {
            assertThat(line.level()).isEqualTo(Level.WARN);
            assertThat(line.message()).endsWith("until they are replayed or dropped");
            assertThat(line.pairs()).containsEntry("pipeline", "people").containsEntry("sink", "one");
        });
        Map<String, Integer> sums = new TreeMap<>();
        aside.forEach(line -> line.pairs().forEach((key, value) -> {
            if (key.endsWith("letters")) {
                sums.merge(key, Integer.valueOf(value), Integer::sum);
            }
        }));
        assertThat(sums)
                .isEqualTo(Map.of("letters", 5, "sink.letters", 2, "validation.letters", 1, "behind.letters", 2));
    }

    private Pipeline.Builder spoilt() {
        ScriptedOrigin origin = new ScriptedOrigin()
                .append("lane", persons(20).take())
                .append(
                        "other",
                        EventScript.create().insert(People.person(99, "Ada")).take());
        origin.spoil("other", Position.of(1), "not a row");
        return pipeline(EventScript.create())
                .source(ScriptedSource.over(origin).skipsUndecodable().build())
                .sink("two", InMemorySink.on(target))
                .deadLetters(store);
    }

    @Test
    void aRecordThatIsSkippedSaysWhere() {
        spoilt().skipUndecodable().build().run();
        LogLine line = line("skipped a record that cannot be decoded");
        assertThat(line.level()).isEqualTo(Level.WARN);
        assertThat(line.pairs())
                .containsEntry("pipeline", "people")
                .containsEntry("lane", "other")
                .containsKey("position");
    }

    @Test
    void aLaneThatIsHaltedSaysWhich() {
        assertThatThrownBy(() -> spoilt().build().run()).isInstanceOf(BadRecord.class);
        LogLine line = line("the lane is read no further");
        assertThat(line.level()).isEqualTo(Level.ERROR);
        assertThat(line.pairs()).containsEntry("pipeline", "people").containsEntry("lane", "other");
    }

    @Test
    void aStopWhileTheSourceIsAwaySaysThatItIsNotTriedAgain() throws InterruptedException {
        Faults faults = new Faults();
        faults.fail(Faults.Point.POLL, 1, () -> new Retryable("away"));
        Pipeline pipeline = pipeline(EventScript.create())
                .source(ScriptedSource.over(
                                new ScriptedOrigin().append("lane", persons(1).take()))
                        .faults(faults)
                        .build())
                .retry(RetryPolicy.standard().withPauses(Duration.ofMinutes(1), Duration.ofMinutes(1)))
                .sink("two", InMemorySink.on(target))
                .build();
        pipeline.start();
        People.eventually(() -> !lines("the source failed and is called again").isEmpty());
        pipeline.stop();
        pipeline.await();
        LogLine line = line("the source fails, and is not tried again, as the pipeline stops");
        assertThat(line.level()).isEqualTo(Level.INFO);
        assertThat(line.pairs()).containsEntry("pipeline", "people");
    }

    @Test
    void whoFailsAndIsBackSaysSo() {
        Faults faults = new Faults();
        for (int i = 1; i <= 6; i++) {
            faults.fail(Faults.Point.WRITE, i, () -> new Retryable("not now"));
        }
        refusing.set(false);
        pipeline(persons(50))
                .breaker(new BreakerPolicy(50, 4, 4, Duration.ofMillis(20), 1))
                .sink("one", sink(faults))
                .build()
                .run();
        assertThat(lines("sink 'one' failed and is called again after the pause"))
                .hasSizeBetween(6, 20);
        assertThat(lines("too many calls have failed: none is made for a while"))
                .isNotEmpty()
                .allMatch(line -> line.level() == Level.WARN);
        assertThat(lines("a few calls are made")).isNotEmpty();
        assertThat(lines("the sink is back")).hasSize(1);
        assertThat(line("sink 'one' answers again; the pipeline goes on").level())
                .isEqualTo(Level.INFO);
    }

    @Test
    void aLostAnswerSaysWhatCameOfIt() {
        refusing.set(false);
        Faults faults = new Faults()
                .fail(Faults.Point.AFTER_COMMIT, 1, () -> new OutcomeUnknown("lost", new RuntimeException()))
                .fail(Faults.Point.BEFORE_COMMIT, 3, () -> new OutcomeUnknown("lost", new RuntimeException()));
        pipeline(persons(200)).sink("one", sink(faults)).build().run();
        assertThat(lines("the answer to a commit was lost; opening the sink anew"))
                .hasSize(2);
        assertThat(lines("the commit whose answer was lost has happened; the sink goes on"))
                .hasSize(1);
        assertThat(lines("the commit whose answer was lost has not happened; its events are written again"))
                .hasSize(1);
    }

    @Test
    void healthSaysWhatHasChanged() {
        Pipeline pipeline = pipeline(persons(1)).sink("one", sink(new Faults())).build();
        List<PipelineStatus.SinkStatus> well = List.of(sinkStatus(null));
        List<PipelineStatus.SinkStatus> ill = List.of(sinkStatus("refuses connections"));
        PipelineStatus base = pipeline.status();
        List<PipelineStatus> told = List.of(
                base,
                status(PipelineStatus.Phase.RUNNING, well),
                status(PipelineStatus.Phase.RUNNING, well),
                status(PipelineStatus.Phase.RUNNING, ill),
                status(PipelineStatus.Phase.RUNNING, ill),
                status(PipelineStatus.Phase.RUNNING, well),
                status(PipelineStatus.Phase.STOPPING, well),
                status(PipelineStatus.Phase.FAILED, well),
                status(PipelineStatus.Phase.FAILED, well));
        java.util.Iterator<PipelineStatus> next = told.iterator();
        HealthCheck check = HealthCheck.of(next::next);
        told.forEach(unused -> check.check());
        List<LogLine> ofHealth = own().stream()
                .filter(line -> line.logger().equals(HealthCheck.class.getName()))
                .toList();
        assertThat(ofHealth.stream().map(LogLine::message))
                .containsExactly(
                        "the pipeline is ready",
                        "the pipeline is not ready, and will be as soon as these are over",
                        "the pipeline is ready",
                        "the pipeline does not live any more: only a new start helps");
        assertThat(ofHealth.get(1).pairs().get("reasons"))
                .isEqualTo("sink 'one' fails, and is tried again: the log says why");
    }

    private static PipelineStatus status(PipelineStatus.Phase phase, List<PipelineStatus.SinkStatus> sinks) {
        return new PipelineStatus(
                "people",
                phase,
                null,
                new PipelineStatus.SourceStatus(null, java.time.Instant.now(), Duration.ZERO, Map.of()),
                sinks);
    }

    private static PipelineStatus.SinkStatus sinkStatus(@org.jspecify.annotations.Nullable String problem) {
        return new PipelineStatus.SinkStatus(
                "one", true, problem, PipelineStatus.Breaker.CLOSED, 0, 0, null, null, 0, 0, 0);
    }
}
