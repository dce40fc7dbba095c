package com.foobar.deploy.stack.database;

import com.foobar.deploy.stack.data.DataDirectory;
import com.foobar.deploy.stack.data.Secrets;
import com.foobar.deploy.stack.failure.StackFailure;
import com.foobar.deploy.stack.process.LogFile;
import com.foobar.deploy.stack.process.RunMark;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes the data directories of the cluster: one by {@code mariadbd --bootstrap}, as {@code mariadb-install-db} does,
 * with the accounts in it, then a copy for each server. So all of them begin with the same content and the empty GTID
 * position, and nothing has to be replicated to begin with.
 */
public final class ClusterDirectories {
    private static final List<String> SYSTEM_SCRIPTS = List.of(
            "mariadb_system_tables.sql",
            "mariadb_performance_tables.sql",
            "mariadb_system_tables_data.sql",
            "maria_add_gis_sp_bootstrap.sql");
    private static final long BOOTSTRAP_SECONDS = 60;

    private final DataDirectory data;
    private final Secrets secrets;
    private final MariaDbPrograms programs;
    private final RunMark mark;

    public ClusterDirectories(DataDirectory data, Secrets secrets, MariaDbPrograms programs, RunMark mark) {
        this.data = data;
        this.secrets = secrets;
        this.programs = programs;
        this.mark = mark;
    }

    /** Whether {@link #create} has been completed at some time. */
    public boolean exist() {
        return Files.exists(data.databases());
    }

    /**
     * Looks whether the passwords of databases that are there are there too. To be called before anything else asks for a
     * secret: one that is missing would be made anew, and the databases do not know the new one.
     *
     * @throws StackFailure naming the first file that is missing
     */
    public static void requireSecrets(DataDirectory data, Secrets secrets) {
        if (!Files.exists(data.databases())) {
            return;
        }
        for (Account account : Account.values()) {
            if (!secrets.exists(account.secret())) {
                throw new StackFailure("data directory " + data + ": the databases are there but the password "
                        + data.secrets().resolve(account.secret()) + " is missing; put it back, or start over with"
                        + " deploy/up --fresh, which deletes the data");
            }
        }
    }

    /**
     * Looks whether what a server needs is there.
     *
     * @throws StackFailure naming the first file that is missing
     */
    public void check(List<String> servers) {
        for (String server : servers) {
            for (String file : List.of("ibdata1", "ib_logfile0", "mysql", "aria_log_control")) {
                if (!Files.exists(data.database(server).resolve(file))) {
                    throw new StackFailure("data directory " + data.database(server) + " is incomplete: " + file
                            + " is missing; put it back, or start over with deploy/up --fresh, which deletes the data");
                }
            }
        }
    }

    /** Makes a directory for each server; all of them appear at once, when they are complete. */
    public void create(List<String> servers) {
        Path partial = data.databases().resolveSibling("databases.partial");
        try {
            if (Files.exists(partial)) {
                // What an interrupted start has left.
                DataDirectory.delete(partial);
            }
            Files.createDirectories(partial);
            Path first = partial.resolve(servers.get(0));
            Files.createDirectory(first);
            bootstrap(first);
            for (String server : servers.subList(1, servers.size())) {
                copy(first, partial.resolve(server));
            }
            Files.move(partial, data.databases(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StackFailure("cannot create the databases in " + data + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackFailure("interrupted while creating the databases in " + data, e);
        }
    }

    private void bootstrap(Path directory) throws IOException, InterruptedException {
        LogFile log = new LogFile(data.log("db-bootstrap"));
        List<String> command = new ServerOptions(programs, directory, data.temporary("db-bootstrap")).bootstrap();
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.path().toFile());
        builder.environment().put(RunMark.VARIABLE, mark.value());
        Process process = builder.start();
        boolean written = true;
        try (OutputStream input = process.getOutputStream()) {
            input.write("CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n"
                    .getBytes(StandardCharsets.US_ASCII));
            for (String script : SYSTEM_SCRIPTS) {
                Files.copy(programs.share().resolve(script), input);
            }
            input.write(accounts().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended before it had read everything; its log says why.
            written = false;
        }
        if (!process.waitFor(BOOTSTRAP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("mariadbd --bootstrap took more than " + BOOTSTRAP_SECONDS + " s");
        }
        if (!written || process.exitValue() != 0) {
            throw new IOException("mariadbd --bootstrap ended with status " + process.exitValue() + ":\n"
                    + String.join("\n", log.tail(5)) + "\n(all of it: " + log.path() + ")");
        }
    }

    /** Least privilege: each account can do its job, from this machine. */
    private String accounts() {
        return """

                DELETE FROM global_priv WHERE User = 'root';
                DELETE FROM proxies_priv;
                FLUSH PRIVILEGES;
                CREATE DATABASE foobar CHARACTER SET utf8mb4;
                CREATE USER root@localhost IDENTIFIED BY '%1$s', root@127.0.0.1 IDENTIFIED BY '%1$s';
                GRANT ALL PRIVILEGES ON *.* TO root@localhost, root@127.0.0.1 WITH GRANT OPTION;
                CREATE USER foobar_app@127.0.0.1 IDENTIFIED BY '%2$s';
                GRANT ALL PRIVILEGES ON foobar.* TO foobar_app@127.0.0.1;
                CREATE USER foobar_monitor@127.0.0.1 IDENTIFIED BY '%3$s';
                GRANT BINLOG MONITOR, SLAVE MONITOR, PROCESS ON *.* TO foobar_monitor@127.0.0.1;
                CREATE USER foobar_replication@127.0.0.1 IDENTIFIED BY '%4$s';
                GRANT REPLICATION SLAVE ON *.* TO foobar_replication@127.0.0.1;
                """.replace("@127.0.0.1", "@'127.0.0.1'").formatted(
                secrets.reveal(Account.ROOT.secret()),
                secrets.reveal(Account.APP.secret()),
                secrets.reveal(Account.MONITOR.secret()),
                secrets.reveal(Account.REPLICATION.secret()));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
