package com.foobar.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.deploy.running.CommandResult;
import com.foobar.deploy.running.RunningStack;
import com.foobar.deploy.running.SiteClient;
import com.foobar.deploy.running.StackPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a stack starts, ends, and starts again. One stack for all tests, each of which leaves it stopped or running. */
class LifecycleIT {
    /** Takes 1 to 2 s, and 10 at most where the processor is not taken by others: this is no test of speed. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private static final List<String> INSTANCES = List.of(
            "lb-1", "lb-2", "web-1", "web-2", "app-1", "app-2", "db-router-1", "db-router-2", "db-1", "db-2", "db-3");

    @TempDir
    static Path directory;

    private static RunningStack stack;

    @BeforeAll
    static void choosePorts() {
        stack = new RunningStack(directory.resolve("data"), StackPorts.free());
    }

    @BeforeEach
    void run() throws IOException, InterruptedException {
        if (stack.up("status").exitStatus() == 3) {
            stack.start();
        }
    }

    @AfterAll
    static void end() throws IOException {
        stack.close();
        await().until(() -> stack.processes().isEmpty());
    }

    @Test
    void saysWhatRunsWhere() throws Exception {
        CommandResult status = stack.up("status");

        assertThat(status.exitStatus()).isZero();
        for (String instance : INSTANCES) {
            assertThat(status.output()).containsPattern("(?m)^" + instance + " .* ready +[0-9]+ ");
        }
        assertThat(status.output()).contains("https:" + stack.ports().traffic("lb-1"));
        assertThat(stack.output())
                .contains(status.output().lines().findFirst().orElseThrow())
                .contains("https://localhost:" + stack.ports().traffic("lb-1"))
                .contains("https://localhost:" + stack.ports().traffic("lb-2"))
                .contains("john@foobar.com, password conduit-demo");
        for (String instance : INSTANCES) {
            assertThat(stack.log(instance)).isNotEmptyFile();
        }
        assertThat(stack.up("logs", "lb-1").output()).startsWith("lb-1 | ");
        assertThat(stack.up("logs", "lb-9").output()).contains("no instance lb-9 (expected: lb-1, ");
    }

    @Test
    void secondOneIsToldThatOneIsRunning() throws Exception {
        CommandResult second = stack.up();

        assertThat(second.exitStatus()).isEqualTo(1);
        assertThat(second.output())
                .contains("is running already on " + stack.data())
                .contains("https://localhost:" + stack.ports().traffic("lb-1"))
                .contains("deploy/up stop");
        assertThat(stack.up("status").exitStatus()).isZero();
    }

    @Test
    void takenPortsAreNamedWithTheirHolders(@TempDir Path other) throws Exception {
        RunningStack rival = new RunningStack(other.resolve("data"), stack.ports());

        CommandResult refused = rival.up();

        assertThat(refused.exitStatus()).isEqualTo(1);
        assertThat(refused.output())
                .containsPattern("port " + stack.ports().traffic("app-2")
                        + " \\(http of app-2\\) is taken by pid \\d+ \\(.*java")
                .containsPattern("port " + stack.ports().traffic("db-1")
                        + " \\(mysql of db-1\\) is taken by pid \\d+ \\(.*mariadbd")
                .contains("nothing was started");
        assertThat(rival.processes()).isEmpty();
    }

    @Test
    void passwordsAreNoArgumentsOfAnyProcess() throws Exception {
        try (var secrets = Files.list(stack.data().resolve("secrets"))) {
            List<String> processes = stack.processes();
            assertThat(processes).hasSizeGreaterThan(INSTANCES.size());
            for (Path secret : (Iterable<Path>) secrets::iterator) {
                assertThat(processes)
                        .noneMatch(process -> process.contains(read(secret).trim()));
            }
        }
    }

    @Test
    void stopEndsEverythingAndTheDataIsThereNextTime() throws Exception {
        String name = "s" + UUID.randomUUID().toString().substring(0, 8);
        SiteClient client = new SiteClient(stack);
        String slug = client.publish("lb-1", client.register("lb-1", name), name);

        long began = System.nanoTime();
        CommandResult stopped = stack.up("stop");

        assertThat(stopped.exitStatus()).as(stopped.output()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(STOP_LIMIT);
        assertThat(stack.processes()).isEmpty();
        assertThat(stack.launcher().waitFor()).isZero();
        assertThat(stack.up("status").exitStatus()).isEqualTo(3);

        stack.start();
        assertThat(new SiteClient(stack).get("lb-2", "/api/articles/" + slug).statusCode())
                .isEqualTo(200);
    }

    @Test
    void controlCEndsEverything() throws Exception {
        long began = System.nanoTime();
        stack.signal("INT");

        assertThat(stack.launcher().waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(STOP_LIMIT);
        assertThat(stack.processes()).isEmpty();
        assertThat(stack.output()).contains("stopped after").doesNotContain("Exception");
    }

    @Test
    void nothingIsLeftWhenTheLauncherIsKilledAndTheNextOneStarts() throws Exception {
        stack.launcher().destroyForcibly().waitFor();

        await().atMost(STOP_LIMIT).until(() -> stack.processes().isEmpty());

        stack.start();
        assertThat(stack.up("status").exitStatus()).isZero();
    }

    @Test
    void freshStartsOver() throws Exception {
        String name = "f" + UUID.randomUUID().toString().substring(0, 8);
        SiteClient client = new SiteClient(stack);
        String slug = client.publish("lb-1", client.register("lb-1", name), name);
        stack.up("stop");

        stack.start("--fresh");

        SiteClient again = new SiteClient(stack);
        assertThat(again.get("lb-1", "/api/articles/" + slug).statusCode()).isEqualTo(404);
        assertThat(SiteClient.json(again.get("lb-1", "/api/articles"), 200)
                        .at("/articlesCount")
                        .asInt())
                .isPositive();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
