package io.cdcsdk.runtime;

import static io.cdcsdk.runtime.People.PERSON;
import static io.cdcsdk.runtime.People.persons;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.DeadLetterFilter;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.OutcomeUnknown;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.testkit.Faults;
import io.cdcsdk.testkit.InMemoryDeadLetterStore;
import io.cdcsdk.testkit.InMemorySink;
import io.cdcsdk.testkit.InMemoryTarget;
import io.cdcsdk.testkit.ScriptedOrigin;
import io.cdcsdk.testkit.ScriptedSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What listeners are told of letters that are done with, also where nobody has asked for it. */
@Timeout(60)
class ResolvedLettersTest {
    private final InMemoryTarget target = new InMemoryTarget();
    private final InMemoryDeadLetterStore store = new InMemoryDeadLetterStore();
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private boolean refusing = true;

    private Pipeline pipeline(Faults faults) {
        boolean refuses = refusing;
        return Pipeline.builder("letters")
                .source(ScriptedSource.over(
                                new ScriptedOrigin().append("lane", persons(20).take()))
                        .build())
                .sink(
                        "memory",
                        new ForwardingSink(
                                InMemorySink.builder(target).faults(faults).build()) {
                            @Override
                            public void write(EventBatch batch) {
                                for (ChangeEvent event : batch.events()) {
                                    if (refuses
                                            && event instanceof RowChange change
                                            && Long.valueOf(7)
                                                    .equals(change.image().value(0))) {
                                        throw new BadRecord("does not fit");
                                    }
                                }
                                super.write(batch);
                            }
                        })
                .deadLetters(store)
                .listener(new PipelineListener() {
                    @Override
                    public void setAside(String sink, List<DeadLetterRecord.Letter> letters) {
                        told.add("set aside " + letters.size());
                    }

                    @Override
                    public void resolved(String sink, DeadLetterRecord.Resolved resolved) {
                        told.add(sink + " " + resolved.how() + " "
                                + resolved.letters().size());
                    }
                })
                .build();
    }

    @Test
    void aCommitThatHasNotHappened() {
        pipeline(new Faults().fail(Faults.Point.BEFORE_COMMIT, 1, () -> lost())).run();
        assertThat(told).containsExactly("memory UNCOMMITTED 1", "set aside 1");
        assertThat(target.rows(PERSON)).hasSize(19);
    }

    @Test
    void aCommitThatAnEarlierRunHasNotMade() {
        Pipeline first =
                pipeline(new Faults().fail(Faults.Point.BEFORE_COMMIT, 1, () -> new Fatal("the process ends")));
        assertThatThrownBy(first::run).isInstanceOf(Fatal.class);
        assertThat(told).isEmpty();
        pipeline(new Faults()).run();
        assertThat(told).containsExactly("memory UNCOMMITTED 1", "set aside 1");
    }

    @Test
    void aReplayThatAnEarlierProcessHasMadeAndNotNoted() {
        pipeline(new Faults()).run();
        told.clear();
        refusing = false;
        Pipeline replaying =
                pipeline(new Faults().fail(Faults.Point.AFTER_COMMIT, 1, () -> new Fatal("the process ends")));
        assertThatThrownBy(() -> replaying.replay("memory", DeadLetterFilter.all()))
                .isInstanceOf(Fatal.class);
        assertThat(told).isEmpty();
        pipeline(new Faults()).run();
        assertThat(told).containsExactly("memory REPLAYED 1");
        assertThat(target.rows(PERSON)).hasSize(20);
    }

    private static OutcomeUnknown lost() {
        return new OutcomeUnknown("lost", new RuntimeException("reset"));
    }
}
