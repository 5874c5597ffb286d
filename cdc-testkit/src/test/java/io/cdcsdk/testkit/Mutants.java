package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.Sink;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs single checks of a contract on mutants, and what mutants share. */
final class Mutants {
    private Mutants() {}

    /** Asserts that a check of the contract runs on a mutant and fails, and not for want of a class or an argument. */
    static void assertFails(Class<?> mutant, String check) {
        List<TestExecutionResult> results = run(mutant, check);
        assertThat(results).as("runs of %s", check).isNotEmpty();
        assertThat(results)
                .as("runs of %s on %s that found the defect", check, mutant.getSimpleName())
                .anyMatch(result ->
                        result.getThrowable().filter(Mutants::findsADefect).isPresent());
    }

    private static boolean findsADefect(Throwable failure) {
        return failure instanceof AssertionError
                || failure instanceof CdcException
                || failure instanceof IllegalStateException;
    }

    private static List<TestExecutionResult> run(Class<?> mutant, String check) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectMethod(mutant, method(mutant, check)))
                .build();
        List<TestExecutionResult> results = new ArrayList<>();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    results.add(result);
                }
            }
        });
        return results;
    }

    private static Method method(Class<?> mutant, String name) {
        for (Class<?> type = mutant; type != null; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                if (method.getName().equals(name)) {
                    return method;
                }
            }
        }
        throw new IllegalArgumentException("the contract has no check '" + name + "'; it has "
                + Arrays.toString(mutant.getSuperclass().getDeclaredMethods()));
    }

    /** The row with the columns of one state made null. */
    static @Nullable Row asNull(ColumnState state, @Nullable Row row) {
        if (row == null) {
            return null;
        }
        Row.Builder builder = row.toBuilder();
        for (int i = 0; i < row.schema().size(); i++) {
            if (row.state(i) == state) {
                builder.setNull(i);
            }
        }
        return builder.build();
    }

    static Commit commitOf(Sink sink, EventBatch batch) {
        return new Commit(
                batch.events().stream()
                        .map(event -> sink.target(event.table()))
                        .distinct()
                        .map(target -> new Commit.Move(target, batch.lane(), null, batch.resumeAfter()))
                        .toList(),
                batch.boundary());
    }

    /** Starts a thread that lives until the virtual machine ends. */
    static void startThread() {
        Thread thread = new Thread(
                () -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "left-behind");
        thread.setDaemon(true);
        thread.start();
    }
}
