package io.cdcsdk.runtime;

import static io.cdcsdk.runtime.People.PERSON;
import static io.cdcsdk.runtime.People.person;
import static io.cdcsdk.runtime.People.persons;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.PositionLost;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.testkit.EventScript;
import io.cdcsdk.testkit.Faults;
import io.cdcsdk.testkit.InMemorySink;
import io.cdcsdk.testkit.InMemoryTarget;
import io.cdcsdk.testkit.ScriptedOrigin;
import io.cdcsdk.testkit.ScriptedSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sink whose target holds no cursor: the runtime keeps it. */
@Timeout(60)
class AtLeastOnceTest {
    @TempDir
    Path directory;

    private final InMemoryTarget target = new InMemoryTarget();
    private final ScriptedOrigin origin =
            new ScriptedOrigin().append("lane", persons(10).take());

    private Pipeline pipeline(Faults faults) {
        return Pipeline.builder("test")
                .source(ScriptedSource.over(origin).build())
                .sink(
                        "plain",
                        InMemorySink.builder(target)
                                .without(SinkCapability.CURSOR)
                                .without(SinkCapability.UPSERT)
                                .faults(faults)
                                .build())
                .positionStore(new FilePositionStore(directory))
                .build();
    }

    @Test
    void goesOnWhereTheStoreSays() {
        pipeline(new Faults()).run();
        assertThat(new FilePositionStore(directory).load("test", "plain"))
                .containsExactlyInAnyOrder(
                        new Cursor("public.person", "lane", Position.of(10)),
                        new Cursor(Cursor.WHOLE_LANE, "lane", Position.of(10)));
        origin.append(
                "lane", EventScript.after(10).insert(person(11, "name 11")).take());
        pipeline(new Faults()).run();
        assertThat(target.rows(PERSON)).hasSize(11);
    }

    @Test
    void repeatsWhatWasCommittedButNotStored() {
        Faults dying = new Faults().fail(Faults.Point.AFTER_COMMIT, 1, () -> new Fatal("killed"));
        assertThatThrownBy(() -> pipeline(dying).run()).hasMessage("killed");
        pipeline(new Faults()).run();
        assertThat(target.rows(PERSON)).as("ten rows, twice").hasSize(20);
    }

    @Test
    void keepsTheCursorsOfLanesThatThisRunDoesNotRead() {
        new FilePositionStore(directory)
                .save("test", "plain", List.of(new Cursor("public.person", "other", Position.of(7))));
        pipeline(new Faults()).run();
        assertThat(new FilePositionStore(directory).load("test", "plain"))
                .containsExactlyInAnyOrder(
                        new Cursor("public.person", "other", Position.of(7)),
                        new Cursor("public.person", "lane", Position.of(10)),
                        new Cursor(Cursor.WHOLE_LANE, "lane", Position.of(10)));
    }

    @Test
    void aPositionThatTheSourceHasLostStopsThePipelineWithTheNextStep() {
        pipeline(new Faults()).run();
        origin.append("lane", EventScript.after(10).insert(person(11, "x")).take());
        origin.forget("lane");
        assertThatThrownBy(() -> pipeline(new Faults()).run())
                .isInstanceOf(PositionLost.class)
                .hasMessageContaining("take a new snapshot");
    }

    @Test
    void aCursorOfANewerFormatVersionStopsThePipelineBeforeAnythingIsRead() throws Exception {
        Files.writeString(directory.resolve("test.plain.positions"), "cdc-positions 1\n%2A lane 2%3A0%3A10%3A\n");
        assertThatThrownBy(() -> pipeline(new Faults()).run())
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("position '2:0:10:' has format version 2")
                .hasMessageContaining("run the version that wrote it");
        assertThat(target.rows(PERSON)).isEmpty();
    }
}
