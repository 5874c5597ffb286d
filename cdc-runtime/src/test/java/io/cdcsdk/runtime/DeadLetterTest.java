package io.cdcsdk.runtime;

import static io.cdcsdk.runtime.People.PERSON;
import static io.cdcsdk.runtime.People.person;
import static io.cdcsdk.runtime.People.persons;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.DeadLetterFilter;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.Transform;
import io.cdcsdk.testkit.EventScript;
import io.cdcsdk.testkit.InMemoryDeadLetterStore;
import io.cdcsdk.testkit.InMemorySink;
import io.cdcsdk.testkit.InMemoryTarget;
import io.cdcsdk.testkit.ScriptedOrigin;
import io.cdcsdk.testkit.ScriptedSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of events that cannot be taken, and of those behind them. */
@Timeout(60)
class DeadLetterTest {
    private final InMemoryTarget target = new InMemoryTarget();
    private final InMemoryDeadLetterStore store = new InMemoryDeadLetterStore();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    /** A sink that refuses rows by their names. */
    private Sink sink() {
        return new ForwardingSink(InMemorySink.on(target)) {
            @Override
            public void write(EventBatch batch) {
                for (ChangeEvent event : batch.events()) {
                    if (event instanceof RowChange change
                            && change.after() != null
                            && refused.contains(String.valueOf(change.after().value(1)))) {
                        throw new BadRecord("the row at " + event.position() + " does not fit");
                    }
                }
                super.write(batch);
            }
        };
    }

    private Transform refusing() {
        return (event, schema) -> {
            if (event instanceof RowChange change
                    && change.after() != null
                    && refused.contains(String.valueOf(change.after().value(1)))) {
                throw new BadRecord(ErrorCategory.VALIDATION, "not valid at " + event.position());
            }
            return event;
        };
    }

    private Pipeline.Builder pipeline(ScriptedOrigin origin, Sink sink) {
        return Pipeline.builder("letters")
                .source(ScriptedSource.over(origin).batchSize(50).build())
                .sink("memory", sink)
                .commit(CommitBounds.standard().withRows(40))
                .deadLetters(store);
    }

    private List<OpenLetter> letters() {
        return OpenLetter.read(store, "letters", "memory");
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        for (Row row : target.rows(PERSON)) {
            names.add(String.valueOf(row.value(1)));
        }
        return names;
    }

    @Test
    void oneBadRowDoesNotTakeTheOthersAlong() {
        refused.add("name 500");
        ScriptedOrigin origin =
                new ScriptedOrigin().append("lane", persons(1000).take());
        pipeline(origin, sink()).build().run();
        assertThat(target.rows(PERSON)).hasSize(999);
        assertThat(names()).doesNotContain("name 500");
        assertThat(letters()).singleElement().satisfies(open -> {
            assertThat(open.letter().lane()).isEqualTo("lane");
            assertThat(open.letter().position().offset()).isEqualTo(500);
            assertThat(open.letter().fault()).isNotNull().satisfies(fault -> {
                assertThat(fault.category()).isEqualTo(ErrorCategory.SINK);
                assertThat(fault.message()).contains("does not fit");
            });
            assertThat(open.letter().attempts()).isBetween(5, 8);
        });
    }

    private static ScriptedOrigin changesBehind() {
        EventScript script = persons(3);
        script.update(person(2, "name 2"), person(2, "bad"));
        script.update(person(2, "bad"), person(2, "later"));
        script.update(person(1, "name 1"), person(1, "changed"));
        script.update(person(2, "later"), person(2, "last"));
        return new ScriptedOrigin().append("lane", script.take());
    }

    @Test
    void whatComesBehindABadRowOfTheKeyWaitsAndIsReplayedInOrder() {
        refused.add("bad");
        pipeline(changesBehind(), sink()).build().run();
        assertThat(names()).containsExactlyInAnyOrder("changed", "name 2", "name 3");
        assertThat(letters()).hasSize(3);

        ReplayResult still = pipeline(changesBehind(), sink()).build().replay("memory", DeadLetterFilter.all());
        assertThat(still.replayed()).isZero();
        assertThat(still.failed()).isOne();
        assertThat(still.waiting()).isEqualTo(2);

        refused.clear();
        ReplayResult result = pipeline(changesBehind(), sink())
                .build()
                .replay("memory", DeadLetterFilter.category(ErrorCategory.SINK));
        assertThat(result.replayed()).isEqualTo(3);
        assertThat(names()).containsExactlyInAnyOrder("changed", "last", "name 3");
        assertThat(letters()).isEmpty();
    }

    @Test
    void whatComesBehindAnEventThatATransformRefusesWaitsToo() {
        refused.add("bad");
        pipeline(changesBehind(), InMemorySink.on(target))
                .transform(refusing())
                .build()
                .run();
        assertThat(names()).containsExactlyInAnyOrder("changed", "name 2", "name 3");
        assertThat(letters()).hasSize(3);
        assertThat(letters().get(0).letter().fault())
                .isNotNull()
                .satisfies(fault -> assertThat(fault.category()).isEqualTo(ErrorCategory.VALIDATION));
        assertThat(letters().get(1).letter().fault()).isNull();

        refused.clear();
        ReplayResult result = pipeline(changesBehind(), InMemorySink.on(target))
                .transform(refusing())
                .build()
                .replay("memory", DeadLetterFilter.all());
        assertThat(result).isEqualTo(new ReplayResult(3, 0, 0, List.of()));
        assertThat(names()).containsExactlyInAnyOrder("changed", "last", "name 3");
    }

    @Test
    void aKeyWaitsOverRestarts() {
        refused.add("bad");
        EventScript script = persons(2);
        script.update(person(2, "name 2"), person(2, "bad"));
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", script.take());
        pipeline(origin, sink()).build().run();
        script.update(person(2, "bad"), person(2, "later"));
        origin.append("lane", script.take());
        refused.clear();
        pipeline(origin, sink()).build().run();
        assertThat(names()).containsExactlyInAnyOrder("name 1", "name 2");
        assertThat(letters()).hasSize(2);
        pipeline(origin, sink()).build().replay("memory", DeadLetterFilter.all());
        assertThat(names()).containsExactlyInAnyOrder("name 1", "later");
        script.update(person(2, "later"), person(2, "free"));
        origin.append("lane", script.take());
        pipeline(origin, sink()).build().run();
        assertThat(names()).containsExactlyInAnyOrder("name 1", "free");
    }

    @Test
    void aTruncateMakesLettersBeforeItVoid() {
        refused.add("bad");
        EventScript script = EventScript.create();
        script.insert(person(1, "bad"));
        script.truncate(PERSON);
        script.insert(person(1, "new"));
        pipeline(new ScriptedOrigin().append("lane", script.take()), sink())
                .build()
                .run();
        assertThat(names()).containsExactly("new");
        assertThat(letters()).isEmpty();
    }

    @Test
    void lettersThatAreDroppedAreGone() {
        refused.add("bad");
        pipeline(changesBehind(), sink()).build().run();
        long dropped = pipeline(changesBehind(), sink())
                .build()
                .dropDeadLetters("memory", DeadLetterFilter.category(ErrorCategory.SINK));
        assertThat(dropped).isOne();
        assertThat(letters()).hasSize(2);
        pipeline(changesBehind(), sink()).build().replay("memory", DeadLetterFilter.all());
        assertThat(names()).containsExactlyInAnyOrder("changed", "last", "name 3");
    }

    @Test
    void tooManyLettersStopThePipeline() {
        for (int i = 1; i <= 1000; i++) {
            refused.add("name " + i);
        }
        Pipeline pipeline = pipeline(
                        new ScriptedOrigin().append("lane", persons(1000).take()), sink())
                .deadLetterBytes(20_000)
                .build();
        assertThatThrownBy(pipeline::run)
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("dead-letter-bytes")
                .hasMessageContaining("replay or drop");
        assertThat(target.rows(PERSON)).isEmpty();
    }
}
