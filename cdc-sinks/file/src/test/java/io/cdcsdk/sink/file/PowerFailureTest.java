package io.cdcsdk.sink.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cdcsdk.testkit.kill.Child;
import io.cdcsdk.testkit.kill.ChildProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ends the sink at the steps that change the disk, one after the other, and finds data and cursor in step with a new one. Some
 * steps by errors in the plain build; every step, with child processes that are really ended, takes about three minutes.
 */
class PowerFailureTest {
    /** A prime, so that over the rounds of the scenario every kind of step is met. */
    private static final int STRIDE = 23;

    @TempDir
    Path directory = Path.of("");

    private int steps() {
        List<String> steps = new ArrayList<>();
        CrashScenario.run(directory.resolve("whole"), (point, path) -> steps.add(point + " " + path));
        return steps.size();
    }

    @Test
    void anErrorAtAStepLosesAndRepeatsNothing() throws IOException {
        int steps = steps();
        assertThat(steps).isGreaterThan(100);
        for (int step = 0; step < steps; step += STRIDE) {
            int dying = step;
            Path target = directory.resolve("error-" + step);
            int[] seen = {0};
            Throwable thrown = catchThrowable(() -> CrashScenario.run(target, (point, path) -> {
                if (seen[0]++ >= dying) {
                    throw new PowerFailure(point + " " + path);
                }
            }));
            if (thrown != null) {
                assertThat(thrown).as("step %s", step).isInstanceOf(PowerFailure.class);
            }
            CrashScenario.assertInStepAndFinish(target, String.valueOf(thrown));
        }
    }

    @Test
    void aFailureOfTheDiskAtAStepLosesAndRepeatsNothing() throws IOException {
        int steps = steps();
        for (int step = 0; step < steps; step += STRIDE) {
            int failing = step;
            Path target = directory.resolve("failure-" + step);
            int[] seen = {0};
            Throwable thrown = catchThrowable(() -> CrashScenario.run(target, (point, path) -> {
                if (seen[0]++ == failing) {
                    throw new IOException("broken: " + point + " " + path);
                }
            }));
            CrashScenario.assertInStepAndFinish(target, String.valueOf(thrown));
        }
    }

    @Test
    @Tag("slow")
    void theEndOfTheProcessAtEveryStepLosesAndRepeatsNothing() throws Exception {
        int steps = steps();
        for (int step = 0; step < steps; step++) {
            Path target = directory.resolve("halt-" + step);
            ChildProgram program = ChildProgram.of(CrashScenario.class, target.toString(), String.valueOf(step));
            try (Child child = program.start()) {
                int exitCode = child.exitCode();
                assertThat(exitCode).as("%s", child.lines()).isEqualTo(CrashScenario.HALTED);
            }
            CrashScenario.assertInStepAndFinish(target, "halt at step " + step);
        }
    }
}
