package io.cdcsdk.runtime.leaks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** All that a pipeline has let out. Any thread may add to it. */
final class Evidence {
    private record Piece(String origin, String text) {}

    private final List<Piece> pieces = new CopyOnWriteArrayList<>();

    void add(String origin, @Nullable Object value) {
        pieces.add(new Piece(origin, String.valueOf(value)));
    }

    /** Adds an exception: its text, and its stack trace with all causes and suppressed ones. */
    void add(String origin, Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        pieces.add(new Piece(origin, failure + "\n" + text));
    }

    /** Adds every file: its name, and its bytes. */
    void addFiles(String origin, Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                add(origin, file.getFileName());
                if (Files.isRegularFile(file)) {
                    byte[] bytes = Files.readAllBytes(file);
                    add(origin + " " + file, new String(bytes, UTF_8));
                    add(origin + " " + file, new String(bytes, ISO_8859_1));
                }
            }
        }
    }

    /** Adds the names and values of the beans whose domain is that of the metrics. */
    void addBeans() throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName name : server.queryNames(new ObjectName("metrics:*"), null)) {
            add("JMX", name);
            for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                add("JMX " + name, attribute.getName() + "=" + server.getAttribute(name, attribute.getName()));
            }
        }
    }

    void addThreads() {
        Thread.getAllStackTraces().keySet().forEach(thread -> add("thread", thread.getName()));
    }

    /** Whether anything of an origin has been added. */
    boolean hasFrom(String origin) {
        return pieces.stream()
                .anyMatch(piece ->
                        piece.origin().startsWith(origin) && !piece.text().isEmpty());
    }

    /** Where markers show: origin, marker, form, and the text around it; each text is searched once. */
    List<String> leaks(Collection<Marker> markers) {
        MarkerSearch search = new MarkerSearch(markers);
        Set<String> seen = new HashSet<>();
        List<String> leaks = new ArrayList<>();
        for (Piece piece : pieces) {
            String kind = piece.origin().split(" ", 2)[0];
            if (seen.add(kind + piece.text())) {
                search.find(piece.text()).forEach(leak -> leaks.add(piece.origin() + " shows " + leak));
            }
        }
        return leaks;
    }
}
