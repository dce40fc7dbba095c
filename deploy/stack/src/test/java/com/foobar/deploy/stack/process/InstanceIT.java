package com.foobar.deploy.stack.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.deploy.stack.failure.StackFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String READY_AND_RUN = "touch ready; trap 'exit 0' TERM; while :; do sleep 0.05; done";

    @TempDir
    Path directory;

    private final RunMark mark = RunMark.random();
    private final List<InstanceState> states = new CopyOnWriteArrayList<>();

    @AfterEach
    void nothingIsLeft() {
        mark.processes().forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void becomesReadyAndStopsInOrder() throws Exception {
        Instance instance = instance(READY_AND_RUN);
        instance.start();
        InstanceReport ready = instance.awaitReady(LIMIT);
        assertThat(ready.state()).isEqualTo(InstanceState.READY);
        assertThat(ready.pid()).isPresent();
        assertThat(ready.readyAfter()).isPositive();
        assertThat(mark.processes()).isNotEmpty();

        instance.stop(LIMIT);

        assertThat(instance.report().state()).isEqualTo(InstanceState.STOPPED);
        assertThat(instance.report().detail()).isEqualTo("exit status 0");
        assertThat(ProcessHandle.of(ready.pid().getAsLong())).isEmpty();
        assertThat(states)
                .containsExactly(
                        InstanceState.STARTING, InstanceState.READY, InstanceState.STOPPING, InstanceState.STOPPED);
    }

    @Test
    void killedInstanceStaysDownUntilItIsStarted() throws Exception {
        Instance instance = instance(READY_AND_RUN);
        instance.start();
        instance.awaitReady(LIMIT);

        instance.kill();

        assertThat(instance.report().state()).isEqualTo(InstanceState.STOPPED);
        assertThat(instance.report().detail()).isEqualTo("killed");
        instance.start();
        assertThat(instance.awaitReady(LIMIT).state()).isEqualTo(InstanceState.READY);
        instance.kill();
    }

    @Test
    void instanceThatDiesByItselfIsStartedAgain() throws Exception {
        Instance instance = instance(READY_AND_RUN);
        instance.start();
        long first = instance.awaitReady(LIMIT).pid().orElseThrow();

        ProcessHandle.of(first).orElseThrow().destroyForcibly();

        await().atMost(LIMIT)
                .until(() -> instance.report().state() == InstanceState.READY
                        && instance.report().restarts() == 1);
        assertThat(instance.report().pid().orElseThrow()).isNotEqualTo(first);
        instance.stop(LIMIT);
    }

    @Test
    void instanceThatKeepsDyingIsGivenUp() throws Exception {
        Instance instance = instance("touch ready; sleep 0.3; exit 7");
        instance.start();

        await().atMost(LIMIT).until(() -> instance.report().state() == InstanceState.FAILED);

        assertThat(instance.report().detail()).isEqualTo("died: exit status 7");
        assertThat(instance.report().restarts()).isEqualTo(4);
    }

    @Test
    void refusalToStartIsNotTriedAgain() throws Exception {
        Instance instance = instance("echo 'backends: missing'; exit 2");
        instance.start();

        InstanceReport report = instance.awaitReady(LIMIT);

        assertThat(report.state()).isEqualTo(InstanceState.FAILED);
        assertThat(report.restarts()).isZero();
        assertThat(instance.log().tail(10)).containsExactly("backends: missing");
    }

    @Test
    void processThatIgnoresTheOrderIsEndedByForce() throws Exception {
        Instance instance = instance("trap '' TERM; touch ready; while :; do sleep 0.05; done");
        instance.start();
        instance.awaitReady(LIMIT);

        instance.stop(Duration.ofMillis(300));

        assertThat(instance.report().state()).isEqualTo(InstanceState.STOPPED);
        assertThat(instance.report().detail()).isEqualTo("killed by SIGKILL");
    }

    @Test
    void tellsThatItIsNotReadyAnyMore() throws Exception {
        Instance instance = instance(READY_AND_RUN);
        instance.start();
        instance.awaitReady(LIMIT);

        Files.delete(directory.resolve("ready"));

        await().atMost(LIMIT).until(() -> instance.report().state() == InstanceState.NOT_READY);
        assertThat(instance.report().detail()).isEqualTo("no file");
        instance.kill();
    }

    @Test
    void runningInstanceIsNotStartedTwice() throws Exception {
        Instance instance = instance(READY_AND_RUN);
        instance.start();
        instance.awaitReady(LIMIT);

        assertThatThrownBy(instance::start).isInstanceOf(StackFailure.class).hasMessageContaining("is ready");
        instance.kill();
    }

    @Test
    void instanceWaitingForItsNextStartCanBeStopped() throws IOException {
        Instance instance = instance("exit 7");
        instance.start();
        await().atMost(LIMIT).until(() -> instance.report().restarts() == 2);

        instance.stop(LIMIT);

        assertThat(instance.report().state()).isEqualTo(InstanceState.STOPPED);
    }

    private Instance instance(String script) throws IOException {
        Files.deleteIfExists(directory.resolve("ready"));
        return new Instance(
                "web-1",
                new ShellProgram(directory, script),
                new LogFile(directory.resolve("web-1.log")),
                mark,
                (before, now) -> states.add(now.state()));
    }
}
