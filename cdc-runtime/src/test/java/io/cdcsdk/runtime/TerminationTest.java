package io.cdcsdk.runtime;

import static io.cdcsdk.runtime.People.eventually;
import static io.cdcsdk.runtime.People.persons;
import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.testkit.InMemorySink;
import io.cdcsdk.testkit.InMemoryTarget;
import io.cdcsdk.testkit.ScriptedOrigin;
import io.cdcsdk.testkit.ScriptedSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is told to terminate commits what it has read. */
class TerminationTest {
    private static final int EVENTS = 500;

    @TempDir
    Path directory;

    /** Reads everything, and commits nothing before it is told to stop. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws IOException {
            Path directory = Path.of(arguments[0]);
            ScriptedSource source = ScriptedSource.over(
                            new ScriptedOrigin().append("lane", persons(EVENTS).take()))
                    .endless()
                    .build();
            Pipeline pipeline = Pipeline.builder("child")
                    .source(source)
                    .transform((event, schema) -> {
                        if (event.position().offset() == EVENTS) {
                            touch(directory.resolve("read"));
                        }
                        return event;
                    })
                    .sink(
                            "memory",
                            InMemorySink.builder(new InMemoryTarget())
                                    .without(SinkCapability.CURSOR)
                                    .build())
                    .positionStore(new FilePositionStore(directory))
                    .commit(new CommitBounds(Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofHours(1)))
                    .build()
                    .stopOnTermination();
            pipeline.run();
        }

        private static void touch(Path file) {
            try {
                Files.writeString(file, "");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Builds a pipeline when it is told to end already. */
    static final class LateChild {
        private LateChild() {}

        public static void main(String[] arguments) {
            Path directory = Path.of(arguments[0]);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                ScriptedSource source = ScriptedSource.over(new ScriptedOrigin()
                                .append("lane", persons(EVENTS).take()))
                        .endless()
                        .build();
                Pipeline.builder("late")
                        .source(source)
                        .sink("memory", InMemorySink.on(new InMemoryTarget()))
                        .build()
                        .stopOnTermination()
                        .run();
                Child.touch(directory.resolve("ended"));
            }));
            System.exit(0);
        }
    }

    private Process start(Class<?> child) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        child.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
    }

    @Test
    void aPipelineThatIsStartedWhenTheProcessEndsAlreadyStopsAtOnce() throws Exception {
        Process child = start(LateChild.class);
        try {
            assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(directory.resolve("ended")).exists();
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void aSignalDrainsThePipeline() throws Exception {
        Process child = start(Child.class);
        try {
            eventually(() -> Files.exists(directory.resolve("read")) || !child.isAlive());
            assertThat(child.isAlive()).isTrue();
            FilePositionStore store = new FilePositionStore(directory);
            assertThat(store.load("child", "memory")).isEmpty();

            child.destroy();
            assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(store.load("child", "memory"))
                    .contains(new Cursor(Cursor.WHOLE_LANE, "lane", Position.of(EVENTS)));
        } finally {
            child.destroyForcibly();
        }
    }
}
