package com.foobar.app;

import com.foobar.app.config.AppSettings;
import com.foobar.kit.RunningService;
import com.foobar.kit.ServiceRunner;
import com.foobar.kit.settings.SettingsReader;
import com.foobar.kit.testing.DatabaseServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** An instance of the application tier inside this JVM, on free ports. */
public final class TestApp implements AutoCloseable {
    /** Checks passwords quickly, and finds out quickly what is down. */
    private static final String FAST = """
            http: {listen: 'localhost:0', %s}
            management: {listen: 'localhost:0'}
            log: {level: warn}
            auth: {%s, jwt-keys: ['0123456789abcdef0123456789abcdef']}
            shutdown: {timeout: 2s}
            database:
              probe-interval: 100ms
              ready-window: 500ms
            """;

    private static final String AUTH = "bcrypt-cost: 4, queue: 1000, registration-limit: {address: 0}";

    private final RunningService running;

    private TestApp(RunningService running) {
        this.running = running;
    }

    /** @param database further keys of {@code database}, each on a line indented by two spaces */
    public static TestApp start(String database) {
        return start("event-loops: 2", database);
    }

    /** @param http keys of {@code http}, as YAML in one line */
    public static TestApp start(String http, String database) {
        return start(http, AUTH, database);
    }

    /** @param auth keys of {@code auth} but for those of tokens, as YAML in one line */
    public static TestApp start(String http, String auth, String database) {
        AppSettings settings = SettingsReader.read(AppSettings.class, FAST.formatted(http, auth) + database, Map.of());
        return new TestApp(await(ServiceRunner.start(AppMain.DEFINITION, settings)));
    }

    /** An instance that is ready, on that server. */
    public static TestApp on(DatabaseServer... servers) {
        TestApp app = start(routers(servers));
        app.awaitReady();
        return app;
    }

    /**
     * The sum of the samples of its metrics that begin with this.
     *
     * @param name with a blank behind it where the name alone is not enough
     */
    public double metric(String name) {
        return new ApiClient(managementPort())
                .get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** The setting {@code database.routers}. */
    public static String routers(DatabaseServer... servers) {
        StringBuilder text = new StringBuilder("  routers: [");
        for (DatabaseServer server : servers) {
            text.append('\'').append(server.address()).append("',");
        }
        return text.append("]\n").toString();
    }

    public void awaitReady() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> service().readiness().isReady());
    }

    public AppService service() {
        return (AppService) running.service();
    }

    public int managementPort() {
        return running.managementPort();
    }

    public ApiClient client() {
        return new ApiClient(service().port());
    }

    @Override
    public void close() {
        await(running.stop());
    }

    private static <T> T await(io.vertx.core.Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
