package io.cdcsdk.runtime;

import static io.cdcsdk.runtime.People.KEYLESS;
import static io.cdcsdk.runtime.People.PERSON;
import static io.cdcsdk.runtime.People.persons;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import io.cdcsdk.runtime.transform.Filter;
import io.cdcsdk.testkit.EventScript;
import io.cdcsdk.testkit.InMemorySink;
import io.cdcsdk.testkit.InMemoryTarget;
import io.cdcsdk.testkit.ScriptedOrigin;
import io.cdcsdk.testkit.ScriptedSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PipelineConfigurationTest {
    private final InMemoryTarget target = new InMemoryTarget();

    @Test
    void fiveMistakesAreReportedAtOnceByKey() {
        InvalidConfiguration thrown = catchThrowableOfType(
                InvalidConfiguration.class,
                () -> Pipeline.builder(" ")
                        .commit(new CommitBounds(0, -1, Duration.ZERO))
                        .queueBytes(0)
                        .sink("memory", InMemorySink.on(target))
                        .build());
        assertThat(thrown.mistakes())
                .extracting(InvalidConfiguration.Mistake::key)
                .containsExactly("name", "source", "commit-rows", "commit-bytes", "commit-age", "queue-bytes");
        assertThat(thrown).hasMessageContaining("has 6 mistakes").hasMessageContaining("\n  queue-bytes: is not above");
    }

    @Test
    void aSinkWithoutCursorNeedsAPositionStore() {
        Pipeline.Builder builder = Pipeline.builder("test")
                .source(ScriptedSource.of("lane", persons(1).take()))
                .sink(
                        "plain",
                        InMemorySink.builder(target)
                                .without(SinkCapability.CURSOR)
                                .build());
        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining(
                        "position-store: is not set, and the target of sink 'plain' cannot hold a cursor");
    }

    @Test
    void aKnownKeylessTableIsRefusedBeforeAnythingIsOpened() {
        Pipeline.Builder builder = Pipeline.builder("test")
                .source(ScriptedSource.over(new ScriptedOrigin())
                        .knownSchemas(KEYLESS, PERSON)
                        .build())
                .sink("memory", withoutKeyless());
        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("1 mistake")
                .hasMessageContaining("sink 'memory' cannot take table public.log, which has no key");
    }

    @Test
    void aKeylessTableThatShowsUpLaterStopsThePipelineBeforeItIsWritten() {
        Pipeline pipeline = Pipeline.builder("test")
                .source(ScriptedSource.of(
                        "lane",
                        EventScript.create().insert(Row.of(KEYLESS, "a line")).take()))
                .sink("memory", withoutKeyless())
                .build();
        assertThatThrownBy(pipeline::run)
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("cannot take table public.log, which has no key");
        assertThat(target.cursors()).isEmpty();
    }

    @Test
    void aKeylessTableThatIsRoutedElsewhereIsNoMistake() {
        Pipeline.builder("test")
                .source(ScriptedSource.over(new ScriptedOrigin())
                        .knownSchemas(KEYLESS, PERSON)
                        .build())
                .sink("memory", withoutKeyless(), TablePattern.of("person"))
                .sink("appending", InMemorySink.on(new InMemoryTarget()))
                .build()
                .close();
        assertThat(target.cursors()).isEmpty();
    }

    @Test
    void aKeylessTableThatIsFilteredOutIsNoMistake() {
        Pipeline.builder("test")
                .source(ScriptedSource.over(new ScriptedOrigin())
                        .knownSchemas(KEYLESS, PERSON)
                        .build())
                .transform(Filter.exceptTables("public.log"))
                .sink("memory", withoutKeyless())
                .build()
                .close();
        assertThat(target.cursors()).isEmpty();
    }

    @Test
    void aTransformThatDoesNotFitAKnownTableIsAMistake() {
        Transform refusing = new Transform() {
            @Override
            public TableSchema schema(TableSchema schema) {
                throw new Fatal("there is no column 'salary' in " + schema.table());
            }

            @Override
            public @Nullable ChangeEvent apply(ChangeEvent event, TableSchema schema) {
                return event;
            }
        };
        Pipeline.Builder builder = Pipeline.builder("test")
                .source(ScriptedSource.over(new ScriptedOrigin())
                        .knownSchemas(PERSON)
                        .build())
                .transform(refusing)
                .sink("memory", InMemorySink.on(target));
        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("transform: there is no column 'salary' in public.person");
    }

    @Test
    void twoSinksOfOneIdAreAMistake() {
        Pipeline.Builder builder = Pipeline.builder("test")
                .source(ScriptedSource.of("lane", persons(1).take()))
                .sink("memory", InMemorySink.on(target))
                .sink("memory", InMemorySink.on(target));
        assertThatThrownBy(builder::build).hasMessageContaining("two with the id 'memory'");
    }

    private InMemorySink withoutKeyless() {
        return InMemorySink.builder(target)
                .without(SinkCapability.KEYLESS_TABLES)
                .build();
    }
}
