/**
 * Kills a pipeline in every way there is, and looks whether anything was lost or repeated. {@link
 * io.cdcsdk.testkit.kill.KillContract} is the abstract JUnit class that an adapter extends; {@link
 * io.cdcsdk.testkit.kill.KillSuite} does the same step by step.
 *
 * <p>The pipeline runs in a JVM of its own, so that a kill is a real one. A whole kill test:
 *
 * <pre>{@code
 * class MySinkKillTest extends KillContract {
 *     @Override
 *     protected ChildProgram program(Path target, int commits) {
 *         return ChildProgram.of(MyPipeline.class, target.toString(), String.valueOf(commits));
 *     }
 *
 *     @Override
 *     protected void assertSame(Path undisturbed, Path disturbed) {
 *         assertThat(disturbed.resolve("table.csv")).hasSameBinaryContentAs(undisturbed.resolve("table.csv"));
 *     }
 * }
 * }</pre>
 *
 * where {@code MyPipeline.main} runs a pipeline over a finite stream, from a source in a {@link
 * io.cdcsdk.testkit.kill.KillableSource} to a sink in a {@link io.cdcsdk.testkit.kill.KillableSink}, and throws what the
 * pipeline throws.
 */
@NullMarked
package io.cdcsdk.testkit.kill;

import org.jspecify.annotations.NullMarked;
