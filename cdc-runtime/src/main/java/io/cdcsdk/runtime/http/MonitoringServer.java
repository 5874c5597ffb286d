package io.cdcsdk.runtime.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cdcsdk.api.Configuration;
import io.cdcsdk.runtime.health.Health;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers over HTTP how a pipeline is, with the server of the JDK (module {@code jdk.httpserver}):
 *
 * <ul>
 *   <li>{@code /health}: 200 while it lives, else 503;
 *   <li>{@code /ready}: 200 while it is ready, else 503; both with {@code {"status":"up","reasons":[]}} or {@code "down"} and why;
 *   <li>{@code /metrics}: the text of a registry.
 * </ul>
 *
 * <p>Any other path is 404, any method but GET and HEAD 405, a supplier that throws 500, its message in the log alone. There is no
 * authentication and no encryption: it listens on the loopback address unless told otherwise. Its threads are daemons. All methods
 * may be called from any thread.
 */
public final class MonitoringServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MonitoringServer.class);
    private static final JsonFactory JSON = new JsonFactory();
    private static final int THREADS = 2;
    private static final int HIGHEST_PORT = 65535;

    private record Answer(int code, String type, byte[] body) {
        static Answer text(int code, String text) {
            return new Answer(code, "text/plain; charset=utf-8", text.getBytes(UTF_8));
        }
    }

    private final HttpServer server;
    private final ExecutorService executor;
    private final Map<String, Supplier<Answer>> pages;

    private MonitoringServer(HttpServer server, Map<String, Supplier<Answer>> pages) {
        this.server = server;
        this.pages = pages;
        executor = Executors.newFixedThreadPool(THREADS, task -> daemon(task, "cdc-http"));
        server.createContext("/", this::handle);
        server.setExecutor(executor);
    }

    /** Starts the composition of a server. */
    public static Builder builder() {
        return new Builder();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** The JDK's dispatcher is a daemon if the thread that starts it is one. */
    private void start() {
        Thread starter = daemon(server::start, "cdc-http-start");
        starter.start();
        boolean interrupted = false;
        while (starter.isAlive()) {
            try {
                starter.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The port on which it listens, also where 0 was asked for. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            boolean head = method.equals("HEAD");
            Answer answer;
            if (!head && !method.equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                answer = Answer.text(405, "only GET and HEAD are answered\n");
            } else {
                answer = answer(exchange.getRequestURI().getPath());
            }
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            if (head) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(answer.body().length));
                exchange.sendResponseHeaders(answer.code(), -1);
            } else {
                exchange.sendResponseHeaders(answer.code(), answer.body().length);
                exchange.getResponseBody().write(answer.body());
            }
        }
    }

    private Answer answer(String path) {
        Supplier<Answer> page = pages.get(path);
        if (page == null) {
            return Answer.text(404, "not found; there is " + String.join(", ", pages.keySet()) + "\n");
        }
        try {
            return page.get();
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue("path", path).setCause(e).log("cannot be answered");
            return Answer.text(500, "failed; the log says why\n");
        }
    }

    private static Answer answer(Health.Check check) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("status", check.passes() ? "up" : "down");
            json.writeArrayFieldStart("reasons");
            for (String reason : check.reasons()) {
                json.writeString(reason);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Answer(check.passes() ? 200 : 503, "application/json", bytes.toByteArray());
    }

    /** Stops at once, and frees the port. */
    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    /** Composes a server. Not safe for use by several threads. */
    public static final class Builder {
        private @Nullable Supplier<Health> health;
        private @Nullable Supplier<String> metrics;
        private @Nullable InetAddress address;
        private int port;

        private Builder() {}

        /** Sets what {@code /health} and {@code /ready} tell, such as {@code healthCheck::check}; neither is there without. */
        public Builder health(Supplier<Health> value) {
            health = Objects.requireNonNull(value, "health");
            return this;
        }

        /**
         * Sets what {@code /metrics} shows, such as {@code prometheusRegistry::scrape}; it is not there without. Called on the server's
         * threads.
         */
        public Builder metrics(Supplier<String> value) {
            metrics = Objects.requireNonNull(value, "metrics");
            return this;
        }

        /** Sets the address to listen on. Default: the loopback address, which other machines do not reach. */
        public Builder address(InetAddress value) {
            address = Objects.requireNonNull(value, "address");
            return this;
        }

        /** Sets the port. Default: 0, any free one. */
        public Builder port(int value) {
            port = value;
            return this;
        }

        /**
         * Starts the server.
         *
         * @throws io.cdcsdk.api.InvalidConfiguration if there is nothing to show, or the port is none
         * @throws UncheckedIOException if it cannot listen there, such as on a port that is taken
         */
        public MonitoringServer start() {
            Supplier<Health> checks = health;
            Supplier<String> text = metrics;
            Configuration mistakes = Configuration.of("monitoring server");
            if (checks == null && text == null) {
                mistakes.mistake("health", "is not set, and neither is metrics: there is nothing to show");
            }
            if (port < 0 || port > HIGHEST_PORT) {
                mistakes.mistake("port", port + " is not within 0 to " + HIGHEST_PORT);
            }
            mistakes.throwIfInvalid();
            Map<String, Supplier<Answer>> pages = new TreeMap<>();
            if (checks != null) {
                pages.put("/health", () -> answer(checks.get().liveness()));
                pages.put("/ready", () -> answer(checks.get().readiness()));
            }
            if (text != null) {
                pages.put(
                        "/metrics",
                        () -> new Answer(
                                200,
                                "text/plain; version=0.0.4; charset=utf-8",
                                text.get().getBytes(UTF_8)));
            }
            InetSocketAddress place =
                    new InetSocketAddress(address == null ? InetAddress.getLoopbackAddress() : address, port);
            try {
                MonitoringServer started = new MonitoringServer(HttpServer.create(place, 0), pages);
                started.start();
                return started;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot listen on " + place + ": " + e.getMessage(), e);
            }
        }
    }
}
