package io.cdcsdk.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.runtime.health.Health;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MonitoringServerTest {
    private static final Health.Check UP = new Health.Check(true, List.of());

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();
    private final Set<Thread> threadsBefore = Thread.getAllStackTraces().keySet();
    private volatile Health health = new Health(UP, UP);
    private final MonitoringServer server = MonitoringServer.builder()
            .health(() -> health)
            .metrics(() -> "cdc_events_total 42.0\n")
            .start();

    @AfterEach
    void close() {
        server.close();
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        return send(server, method, path);
    }

    private HttpResponse<String> send(MonitoringServer to, String method, String path)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + to.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(20))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String type(HttpResponse<?> response) {
        return response.headers().firstValue("content-type").orElse("");
    }

    @Test
    void tellsThatItIsWell() throws Exception {
        for (String path : List.of("/health", "/ready")) {
            HttpResponse<String> response = send("GET", path);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(type(response)).isEqualTo("application/json");
            assertThat(response.headers().firstValue("cache-control")).hasValue("no-store");
            assertThat(response.body()).isEqualTo("{\"status\":\"up\",\"reasons\":[]}");
        }
    }

    @Test
    void tellsWhatIsWrong() throws Exception {
        health = new Health(UP, new Health.Check(false, List.of("sink 'a \"quoted\" one' is not open", "and more")));
        assertThat(send("GET", "/health").statusCode()).isEqualTo(200);
        HttpResponse<String> ready = send("GET", "/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body())
                .isEqualTo(
                        "{\"status\":\"down\",\"reasons\":[\"sink 'a \\\"quoted\\\" one' is not open\",\"and more\"]}");

        health = new Health(new Health.Check(false, List.of("dead")), new Health.Check(false, List.of("dead")));
        assertThat(send("GET", "/health").statusCode()).isEqualTo(503);
        assertThat(send("HEAD", "/health").statusCode()).isEqualTo(503);
    }

    @Test
    void showsMetrics() throws Exception {
        HttpResponse<String> response = send("GET", "/metrics?name[]=ignored");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(type(response)).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(response.body()).isEqualTo("cdc_events_total 42.0\n");
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        HttpResponse<String> response = send("HEAD", "/metrics");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValue("content-length")).hasValue("22");
        assertThat(send("GET", "/metrics").body()).as("the connection goes on").hasSize(22);
    }

    @Test
    void knowsNoOtherPath() throws Exception {
        for (String path : List.of("/", "/healthy", "/health/", "/metrics/x", "/%2e%2e/etc")) {
            HttpResponse<String> response = send("GET", path);
            assertThat(response.statusCode()).as(path).isEqualTo(404);
            assertThat(response.body()).contains("/health, /metrics, /ready");
        }
    }

    @Test
    void takesNoOtherMethod() throws Exception {
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS")) {
            HttpResponse<String> response = send(method, "/health");
            assertThat(response.statusCode()).as(method).isEqualTo(405);
            assertThat(response.headers().firstValue("allow")).hasValue("GET, HEAD");
        }
    }

    @Test
    void keepsTheMessageOfAFailureBack() throws Exception {
        try (MonitoringServer failing = MonitoringServer.builder()
                .metrics(() -> {
                    throw new IllegalStateException("very secret");
                })
                .start()) {
            HttpResponse<String> response = send(failing, "GET", "/metrics");
            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(response.body()).doesNotContain("secret");
            assertThat(send(failing, "GET", "/health").statusCode())
                    .as("there is no health")
                    .isEqualTo(404);
        }
    }

    @Test
    void keepsNoProcessAlive() throws Exception {
        send("GET", "/health");
        Set<Thread> mine = Thread.getAllStackTraces().keySet();
        mine.removeAll(threadsBefore);
        assertThat(mine)
                .filteredOn(thread -> thread.getName().startsWith("cdc-http")
                        || thread.getName().startsWith("HTTP-Dispatcher")
                        || thread.getName().startsWith("server-timer"))
                .hasSizeGreaterThanOrEqualTo(2)
                .allMatch(Thread::isDaemon);
    }

    @Test
    void listensNoMoreAfterClose() {
        server.close();
        assertThatThrownBy(() -> send("GET", "/health")).isInstanceOf(ConnectException.class);
    }

    @Test
    void saysThatAPortIsTaken() {
        MonitoringServer.Builder second =
                MonitoringServer.builder().metrics(() -> "").port(server.port());
        assertThatThrownBy(second::start)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(Integer.toString(server.port()));
    }

    @Test
    void reportsAllMistakes() {
        assertThatThrownBy(() -> MonitoringServer.builder().port(70_000).start())
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("70000")
                .hasMessageContaining("nothing to show");
    }
}
