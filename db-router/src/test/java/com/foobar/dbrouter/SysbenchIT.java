package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.MariaDbServer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** sysbench, which speaks the protocol by MariaDB Connector/C: that it runs, not how fast. */
@EnabledIf(value = "sysbenchIsHere", disabledReason = "no sysbench on the PATH: install the package of that name")
class SysbenchIT {
    private static final int EVENTS = 200;

    @TempDir
    static Path directory;

    private static RouterFixture router;

    static boolean sysbenchIsHere() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "sysbench")));
    }

    @BeforeAll
    static void start() throws Exception {
        router = RouterFixture.start(SharedCluster.get().servers()).ready();
        sysbench("oltp_read_write", "prepare");
    }

    @AfterAll
    static void stop() throws Exception {
        sysbench("oltp_read_write", "cleanup");
        router.close();
    }

    @ParameterizedTest
    @CsvSource({
        "oltp_point_select, auto",
        "oltp_point_select, disable",
        "oltp_read_only, auto",
        "oltp_read_write, auto",
        "oltp_read_write, disable",
    })
    void runs(String workload, String preparing) throws Exception {
        String said =
                sysbench(workload, "run", "--threads=4", "--time=0", "--events=" + EVENTS, "--db-ps-mode=" + preparing);
        assertThat(said).containsPattern("total number of events: +" + EVENTS + "\\b");
    }

    private static String sysbench(String workload, String command, String... options)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                "sysbench",
                workload,
                "--db-driver=mysql",
                "--mysql-host=127.0.0.1",
                "--mysql-port=" + router.port(),
                "--mysql-user=" + RouterFixture.USER,
                "--mysql-password=" + MariaDbServer.PASSWORD,
                "--mysql-db=" + MariaDbServer.DATABASE,
                "--tables=2",
                "--table-size=500"));
        line.addAll(List.of(options));
        line.add(command);
        Path output = Files.createTempFile(directory, "sysbench", ".log");
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        String said = Files.readString(output, StandardCharsets.UTF_8);
        if (!ended) {
            process.destroyForcibly();
        }
        assertThat(ended).as("ends: " + said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
