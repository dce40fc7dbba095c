package com.foobar.kit.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A real MariaDB server process of its own data directory, on 127.0.0.1 and a free port that it keeps over restarts.
 *
 * <p>Binary log, GTIDs in strict mode and semi-synchronous replication are on, so that it can be a primary or a replica
 * ({@link MariaDbCluster}). The database {@code foobar} is there, and these users, all with {@link #PASSWORD}:
 *
 * <ul>
 *   <li>{@code root}: everything;
 *   <li>{@code foobar_app}: rights on {@code foobar.*} only;
 *   <li>{@code foobar_monitor}: may see the state of replication and of sessions;
 *   <li>{@code foobar_replication}: may replicate.
 * </ul>
 *
 * <p>They were made without the binary log: the servers of a group begin with the same content and no GTID. Starting
 * takes a second or two, the first time on a machine some more. {@link #close()} ends the process and deletes the data.
 * For one test thread at a time.
 */
public final class MariaDbServer implements DatabaseServer {

    public static final String PASSWORD = "foobar";
    public static final String DATABASE = "foobar";

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final List<String> SYSTEM_SCRIPTS =
            List.of("system_tables.sql", "performance_tables.sql", "system_tables_data.sql");
    private static final String ACCOUNTS = """

            FLUSH PRIVILEGES;
            CREATE DATABASE foobar CHARACTER SET utf8mb4;
            CREATE OR REPLACE USER root@'127.0.0.1' IDENTIFIED BY '$';
            GRANT ALL PRIVILEGES ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;
            CREATE USER foobar_app@'%' IDENTIFIED BY '$';
            GRANT ALL PRIVILEGES ON foobar.* TO foobar_app@'%';
            CREATE USER foobar_monitor@'%' IDENTIFIED BY '$';
            GRANT BINLOG MONITOR, SLAVE MONITOR, PROCESS ON *.* TO foobar_monitor@'%';
            CREATE USER foobar_replication@'%' IDENTIFIED BY '$';
            GRANT REPLICATION SLAVE ON *.* TO foobar_replication@'%';
            """.replace("$", PASSWORD);

    private final MariaDbBinaries binaries;
    private final Path directory;
    private final int serverId;
    private final int port;
    private final List<String> arguments;
    private final Thread endWithTheJvm = new Thread(this::destroyQuietly, "end-mariadb");
    private @Nullable Process process;

    private MariaDbServer(MariaDbBinaries binaries, Path directory, int serverId, int port, List<String> arguments) {
        this.binaries = binaries;
        this.directory = directory;
        this.serverId = serverId;
        this.port = port;
        this.arguments = arguments;
    }

    /** Whether this machine can run the server; a test that needs it assumes this. */
    public static boolean runsHere() {
        return MariaDbBinaries.runHere();
    }

    /** The version of the server that the machine has installed; empty where it has none. */
    public static String installedVersion() {
        return MariaDbBinaries.installed().map(MariaDbBinaries::version).orElse("");
    }

    /**
     * A new server, up and accepting connections.
     *
     * @param serverId the {@code server_id}, different for each server of a group
     * @param arguments further options of {@code mariadbd}, such as {@code --read-only=1}
     * @throws IllegalStateException when it does not come up, with the end of its error log
     */
    public static MariaDbServer start(int serverId, String... arguments) {
        return start(MariaDbBinaries.unpacked(), serverId, arguments);
    }

    static MariaDbServer start(MariaDbBinaries binaries, int serverId, String... arguments) {
        MariaDbServer server = create(binaries, serverId, arguments);
        try {
            server.start();
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
        return server;
    }

    /** A new server with its data directory made, not started yet. */
    private static MariaDbServer create(MariaDbBinaries binaries, int serverId, String... arguments) {
        try {
            Path directory = Files.createTempDirectory("foobar-mariadb-data-");
            MariaDbServer server = new MariaDbServer(binaries, directory, serverId, freePort(), List.of(arguments));
            try {
                server.makeSystemTables();
            } catch (IOException | RuntimeException e) {
                server.close();
                throw e;
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String host() {
        return "127.0.0.1";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String address() {
        return host() + ":" + port;
    }

    /** The end of the server's error log, for messages. */
    public String errorLog() {
        try {
            Path log = directory.resolve("error.log");
            if (!Files.exists(log)) {
                return "(no error log)";
            }
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
        } catch (IOException e) {
            return "(" + e + ")";
        }
    }

    /** Starts the process (again) on the same data and port, and returns when it accepts connections. */
    public void start() {
        if (isRunning()) {
            throw new IllegalStateException("mariadb " + address() + " is running");
        }
        process = launch(serverCommand());
        try {
            Awaitility.await("mariadb on " + address())
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(50))
                    .atMost(START_LIMIT)
                    .until(() -> !isRunning() || answers());
        } catch (ConditionTimeoutException e) {
            kill();
            throw new IllegalStateException("mariadb did not come up in " + START_LIMIT + "\n" + errorLog(), e);
        }
        if (!isRunning()) {
            throw new IllegalStateException("mariadb ended while starting\n" + errorLog());
        }
    }

    /** Ends the process in order (SIGTERM). */
    public void stop() {
        Process running = process;
        if (running != null) {
            running.destroy();
            awaitEnd(running);
        }
    }

    /** Ends the process at once (SIGKILL), as a crash does. */
    public void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            awaitEnd(running);
        }
    }

    /** {@link #stop()}, then {@link #start()}. */
    public void restart() {
        stop();
        start();
    }

    /** Stops the process in its tracks (SIGSTOP): connections stay, nothing answers. */
    public void pause() {
        signal("STOP");
    }

    /** Lets a paused process go on (SIGCONT). */
    public void resume() {
        signal("CONT");
    }

    public boolean isRunning() {
        Process running = process;
        return running != null && running.isAlive();
    }

    @Override
    public Connection connectAsRoot() throws SQLException {
        return connect("root", PASSWORD, "");
    }

    /** A connection straight to this server. The caller closes it. */
    public Connection connect(String user, String password, String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://" + address() + "/" + database + "?connectTimeout=30000&allowMultiQueries=true",
                user,
                password);
    }

    /** Ends the process and deletes its data. */
    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory, e);
        }
    }

    @Override
    public String toString() {
        return "mariadb " + address();
    }

    private void makeSystemTables() throws IOException {
        Files.createDirectory(data());
        Files.createDirectory(temporary());
        Process bootstrap = launch(command("--bootstrap", "--log-warnings=0", "--max-allowed-packet=16M"));
        try (OutputStream input = bootstrap.getOutputStream()) {
            write(input, "CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n");
            for (String script : SYSTEM_SCRIPTS) {
                Files.copy(binaries.script(script), input);
            }
            Files.copy(binaries.share().resolve("maria_add_gis_sp_bootstrap.sql"), input);
            write(input, ACCOUNTS);
        } catch (IOException e) {
            // It ended before it had read everything: its error log says why.
            bootstrap.destroyForcibly();
            throw new IOException("mariadb could not make its system tables\n" + errorLog(), e);
        }
        awaitEnd(bootstrap);
        if (bootstrap.exitValue() != 0) {
            throw new IOException("mariadb could not make its system tables\n" + errorLog());
        }
    }

    private static void write(OutputStream output, String text) throws IOException {
        output.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private Path data() {
        return directory.resolve("data");
    }

    /** Its own: a server that starts deletes what looks like temporary tables there, also those of others. */
    private Path temporary() {
        return directory.resolve("tmp");
    }

    /** Small, and as durable as a killed process needs; not as a killed machine would. */
    private List<String> command(String... further) {
        List<String> command = new ArrayList<>(List.of(
                binaries.server().toString(),
                "--no-defaults",
                "--basedir=" + binaries.directory(),
                "--lc-messages-dir=" + binaries.share(),
                "--datadir=" + data(),
                "--tmpdir=" + temporary(),
                "--innodb-log-file-size=16M",
                "--innodb-undo-tablespaces=0",
                "--innodb-buffer-pool-size=32M",
                "--aria-pagecache-buffer-size=8M",
                "--performance-schema=OFF"));
        if (System.getProperty("user.name").equals("root")) {
            command.add("--user=root");
        }
        command.addAll(List.of(further));
        return command;
    }

    private List<String> serverCommand() {
        List<String> command = command(
                "--port=" + port,
                "--bind-address=" + host(),
                "--socket=" + directory.resolve("socket"),
                "--pid-file=" + directory.resolve("pid"),
                "--skip-name-resolve",
                // With TLS the server makes a key of 4096 bits at every start: seconds of computing time.
                "--skip-ssl",
                "--max-connections=500",
                "--character-set-server=utf8mb4",
                "--innodb-flush-log-at-trx-commit=2",
                "--sync-binlog=0",
                "--server-id=" + serverId,
                "--log-bin=binlog",
                "--relay-log=relay",
                "--log-slave-updates=1",
                "--binlog-format=ROW",
                "--gtid-strict-mode=1",
                "--slave-net-timeout=5",
                "--rpl-semi-sync-slave-enabled=1");
        command.addAll(arguments);
        return command;
    }

    private Process launch(List<String> command) {
        try {
            Process launched = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("error.log").toFile()))
                    .start();
            if (process == null) {
                Runtime.getRuntime().addShutdownHook(endWithTheJvm);
            }
            process = launched;
            return launched;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers() {
        try (Connection connection = connectAsRoot()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    private void awaitEnd(Process ending) {
        try {
            if (!ending.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                ending.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while mariadb " + address() + " was ending", e);
        }
    }

    private void destroyQuietly() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
        }
    }

    private void signal(String name) {
        Process running = process;
        if (running == null || !running.isAlive()) {
            throw new IllegalStateException("mariadb " + address() + " is not running");
        }
        try {
            int exit = new ProcessBuilder("kill", "-" + name, Long.toString(running.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + name + " " + running.pid() + " ended with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
