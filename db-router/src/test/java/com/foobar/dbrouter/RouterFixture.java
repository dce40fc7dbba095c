package com.foobar.dbrouter;

import com.foobar.dbrouter.config.DbRouterSettings;
import com.foobar.kit.RunningService;
import com.foobar.kit.ServiceRunner;
import com.foobar.kit.settings.SettingsReader;
import com.foobar.kit.testing.DatabaseServer;
import com.foobar.kit.testing.MariaDbServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A router in this JVM in front of real servers, without TLS where the settings of the test do not say otherwise. */
final class RouterFixture implements AutoCloseable {
    static final String USER = "foobar_app";

    private final RunningService running;

    private RouterFixture(RunningService running) {
        this.running = running;
    }

    /** Reads share connections whenever they can: whatever leaks from one session to another does so sooner. */
    static final String EAGER_SHARING = "max-shared: 32, share-from: 0";

    /**
     * With the defaults that ship. The system property {@code dbrouter.eager-sharing} has every router share as {@link
     * #startSharing} does.
     *
     * @param more settings as YAML, each line for itself
     */
    static RouterFixture start(List<? extends DatabaseServer> servers, String... more) {
        return start(serversOf(servers), more);
    }

    /** With {@link #EAGER_SHARING}. */
    static RouterFixture startSharing(List<? extends DatabaseServer> servers, String... more) {
        return start(serversOf(servers), sharing(more));
    }

    static RouterFixture start(String servers, String... more) {
        String yaml = """
                listen: 'localhost:0'
                management: {listen: 'localhost:0'}
                """ + servers
                + String.join("\n", Boolean.getBoolean("dbrouter.eager-sharing") ? sharing(more) : more) + "\n"
                + (Stream.of(more).anyMatch(line -> line.startsWith("tls:")) ? "" : "tls: null\n")
                + (Stream.of(more).anyMatch(line -> line.startsWith("users:"))
                        ? ""
                        : "users: [{name: foobar_app, password: foobar}, {name: root, password: foobar}]\n");
        RouterFixture fixture = new RouterFixture(ServiceRunner.start(
                        DbRouterMain.DEFINITION, SettingsReader.read(DbRouterSettings.class, yaml, Map.of()))
                .toCompletionStage()
                .toCompletableFuture()
                .join());
        return fixture;
    }

    private static String[] sharing(String... settings) {
        if (Stream.of(settings).anyMatch(line -> line.contains("max-shared:"))) {
            return settings;
        }
        boolean hasPool = Stream.of(settings).anyMatch(line -> line.startsWith("pool:"));
        return Stream.concat(
                        Stream.of(settings)
                                .map(line -> line.replaceFirst("^pool: \\{", "pool: {" + EAGER_SHARING + ", ")),
                        hasPool ? Stream.of() : Stream.of("pool: {" + EAGER_SHARING + "}"))
                .toArray(String[]::new);
    }

    /** As YAML. */
    static String serversOf(List<? extends DatabaseServer> servers) {
        return IntStream.range(0, servers.size())
                .mapToObj(i -> "  - {name: db-" + (i + 1) + ", address: '"
                        + servers.get(i).address() + "'}")
                .collect(Collectors.joining("\n", "servers:\n", "\n"));
    }

    RouterFixture ready() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> running.service().readiness().isReady());
        return this;
    }

    int port() {
        return ((DbRouterService) running.service()).port();
    }

    int managementPort() {
        return running.managementPort();
    }

    RunningService running() {
        return running;
    }

    /** @param options of MariaDB Connector/J, such as {@code useServerPrepStmts=true} */
    Connection connect(String... options) throws SQLException {
        return connectAs(USER, options);
    }

    Connection connectAs(String user, String... options) throws SQLException {
        return DriverManager.getConnection("jdbc:mariadb://localhost:" + port() + "/" + MariaDbServer.DATABASE
                + "?user=" + user + "&password=" + MariaDbServer.PASSWORD + "&" + String.join("&", options));
    }

    @Override
    public void close() {
        running.stop().toCompletionStage().toCompletableFuture().join();
    }
}
