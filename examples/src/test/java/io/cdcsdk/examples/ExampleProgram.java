package io.cdcsdk.examples;

import io.cdcsdk.testkit.kill.ChildProgram;

/** Examples as programs for JVMs of their own. */
final class ExampleProgram {
    private static final String COMMIT = "Commit ";

    private ExampleProgram() {}

    /** An example with its options; {@code --show-commits} tells of its commits. */
    static ChildProgram of(String... arguments) {
        return ChildProgram.of(Examples.class, arguments).commitLines(line -> line.startsWith(COMMIT));
    }
}
