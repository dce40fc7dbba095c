package com.foobar.deploy.stack.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReaperIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void endsTheRunsProcessesWhenItsLauncherIsKilled() throws Exception {
        RunMark mark = RunMark.random();
        RunMark other = RunMark.random();
        Process launcher = launcher(mark);
        Process polite = sleeper(mark, "trap 'exit 0' TERM; while :; do sleep 0.05; done");
        Process stubborn = sleeper(mark, "trap '' TERM; while :; do sleep 0.05; done");
        Process bystander = sleeper(other, "while :; do sleep 0.05; done");
        try {
            assertThat(launcher.getInputStream().read()).isEqualTo('r');

            launcher.destroyForcibly().waitFor();

            // A sleep that a shell has just begun outlives it by as long as it takes.
            await().atMost(LIMIT)
                    .until(() -> !polite.isAlive()
                            && !stubborn.isAlive()
                            && mark.processes().isEmpty());
            assertThat(bystander.isAlive()).isTrue();
        } finally {
            List.of(launcher, polite, stubborn, bystander).forEach(Process::destroyForcibly);
            other.processes().forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void goesHomeWhenTheLauncherSaysGoodbye() {
        Reaper reaper = Reaper.start(RunMark.random());
        ProcessHandle process = ProcessHandle.of(reaper.pid()).orElseThrow();

        reaper.close();

        await().atMost(LIMIT).until(() -> !process.isAlive());
    }

    @Test
    void isReplacedWhenItIsKilledItself() {
        Reaper reaper = Reaper.start(RunMark.random());
        try {
            long first = reaper.pid();

            ProcessHandle.of(first).orElseThrow().destroyForcibly();

            await().atMost(LIMIT)
                    .until(() -> reaper.pid() != first
                            && ProcessHandle.of(reaper.pid()).isPresent());
        } finally {
            reaper.close();
        }
    }

    /** A JVM that has started a reaper and waits to be killed. */
    private Process launcher(RunMark mark) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        WaitingLauncher.class.getName(),
                        mark.value())
                .redirectError(directory.resolve("launcher.log").toFile())
                .start();
    }

    private static Process sleeper(RunMark mark, String script) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", script);
        builder.environment().put(RunMark.VARIABLE, mark.value());
        return builder.start();
    }

    static final class WaitingLauncher {
        private WaitingLauncher() {}

        public static void main(String[] args) throws Exception {
            Reaper.start(new RunMark(args[0]));
            System.out.write('r');
            System.out.flush();
            Thread.currentThread().join();
        }
    }
}
