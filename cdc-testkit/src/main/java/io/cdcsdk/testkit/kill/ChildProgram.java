package io.cdcsdk.testkit.kill;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What runs in a child JVM: a main class with arguments, on the class path of this JVM. Immutable; every method that sets
 * something returns a new program.
 */
public final class ChildProgram {
    private static final int DEFAULT_HEAP_MEGABYTES = 64;

    private final Class<?> mainClass;
    private final List<String> arguments;
    private final int heapMegabytes;
    private final Map<String, String> properties;
    private final Predicate<String> commitLine;

    private ChildProgram(
            Class<?> mainClass,
            List<String> arguments,
            int heapMegabytes,
            Map<String, String> properties,
            Predicate<String> commitLine) {
        this.mainClass = Objects.requireNonNull(mainClass, "mainClass");
        this.arguments = List.copyOf(arguments);
        this.heapMegabytes = heapMegabytes;
        this.properties = Map.copyOf(properties);
        this.commitLine = Objects.requireNonNull(commitLine, "commitLine");
    }

    /**
     * A program with a heap of 64 megabytes.
     *
     * @param mainClass the class whose {@code main} is run; it may be private to its package
     */
    public static ChildProgram of(Class<?> mainClass, String... arguments) {
        return new ChildProgram(mainClass, List.of(arguments), DEFAULT_HEAP_MEGABYTES, Map.of(), line -> false);
    }

    /** Sets the most heap, in megabytes. */
    public ChildProgram heapMegabytes(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("a heap of " + value + " megabytes is below 1");
        }
        return new ChildProgram(mainClass, arguments, value, properties, commitLine);
    }

    /** Sets a system property. */
    public ChildProgram property(String name, String value) {
        Map<String, String> more = new TreeMap<>(properties);
        more.put(name, value);
        return new ChildProgram(mainClass, arguments, heapMegabytes, more, commitLine);
    }

    /** Takes lines of the output for commits too, for a program that prints one for each and does not call {@link ChildProgress}. */
    public ChildProgram commitLines(Predicate<String> kind) {
        return new ChildProgram(mainClass, arguments, heapMegabytes, properties, kind);
    }

    /**
     * Starts the program; the caller closes the child.
     *
     * @throws IOException if no process can be started
     */
    public Child start() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMegabytes + "m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Dfile.encoding=UTF-8",
                "-D" + Parent.CHILD + "=true"));
        properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass.getName()));
        command.addAll(arguments);
        return new Child(new ProcessBuilder(command).redirectErrorStream(true).start(), commitLine);
    }

    @Override
    public String toString() {
        return mainClass.getSimpleName() + arguments + (properties.isEmpty() ? "" : " with " + properties);
    }
}
