package com.foobar.deploy.stack;

import com.foobar.deploy.stack.console.Console;
import com.foobar.deploy.stack.control.ControlClient;
import com.foobar.deploy.stack.control.ControlServer;
import com.foobar.deploy.stack.data.DataDirectory;
import com.foobar.deploy.stack.data.DataDirectoryLock;
import com.foobar.deploy.stack.database.MariaDbPrograms;
import com.foobar.deploy.stack.failure.StackFailure;
import com.foobar.deploy.stack.plan.PlannedInstance;
import com.foobar.deploy.stack.plan.StackPlan;
import com.foobar.deploy.stack.plan.Tier;
import com.foobar.deploy.stack.ports.PortCheck;
import com.foobar.deploy.stack.process.Reaper;
import com.foobar.deploy.stack.process.RunMark;
import com.foobar.deploy.stack.service.ServiceJars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One run from the first check to the last process: what {@code deploy/up} without a command does. */
final class Launcher {
    private static final Duration ROTATION_INTERVAL = Duration.ofSeconds(10);

    private final StackPlan plan;
    private final DataDirectory data;
    private final Path project;
    private final Console console;

    /** @param project the directory that holds the modules */
    Launcher(StackPlan plan, DataDirectory data, Path project, Console console) {
        this.plan = plan;
        this.data = data;
        this.project = project;
        this.console = console;
    }

    /**
     * Starts the stack and returns when it has been stopped.
     *
     * @param fresh whether to delete the data first
     * @throws StackFailure when it cannot be started; whatever had been started is down again
     */
    void run(boolean fresh) throws InterruptedException {
        MariaDbPrograms.requireThisMachineRunsThem();
        data.open(fresh);
        DataDirectoryLock lock = DataDirectoryLock.acquire(data).orElseThrow(this::alreadyRunning);
        try {
            endLeftovers();
            PortCheck.requireFree(plan);
            if (fresh) {
                data.clear();
                data.open(true);
            }
            runLocked();
        } finally {
            lock.close();
        }
    }

    private void runLocked() throws InterruptedException {
        RunMark mark = RunMark.random();
        ServiceJars jars = new ServiceJars(project, data);
        try {
            jars.clear();
            Files.writeString(data.runFile(), mark.value() + "\n");
        } catch (IOException e) {
            throw new StackFailure("data directory " + data + ": cannot be written: " + e, e);
        }
        console.show("www.foobar.com: starting " + plan.instances().size() + " processes, data and logs in " + data);
        Stack stack = new Stack(plan, data, mark, jars, console);
        Reaper reaper = Reaper.start(mark);
        // Ctrl-C, SIGTERM, SIGHUP; and the end of a start that failed.
        Thread end = new Thread(
                () -> {
                    stack.stop();
                    reaper.close();
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(end);
        ScheduledExecutorService rotation = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "log-rotation");
            thread.setDaemon(true);
            return thread;
        });
        rotation.scheduleWithFixedDelay(
                stack::rotateLogs, ROTATION_INTERVAL.toSeconds(), ROTATION_INTERVAL.toSeconds(), TimeUnit.SECONDS);
        ControlServer control = ControlServer.start(data, stack);
        try {
            if (stack.start()) {
                console.started();
                console.show("\n" + stack.status().text());
                console.show(invitation());
            }
            stack.awaitStopped();
        } finally {
            rotation.shutdownNow();
            stack.stop();
            control.close();
            reaper.close();
        }
    }

    /** A launcher that was killed together with its reaper leaves processes, which hold the databases' files. */
    private void endLeftovers() throws InterruptedException {
        if (!Files.exists(data.runFile())) {
            return;
        }
        try {
            RunMark previous = new RunMark(Files.readString(data.runFile()).trim());
            List<ProcessHandle> left = previous.processes();
            if (!left.isEmpty()) {
                console.say("ending " + left.size() + " processes that an earlier run has left");
                left.forEach(ProcessHandle::destroyForcibly);
                for (ProcessHandle process : left) {
                    awaitEnd(process);
                }
            }
            Files.delete(data.runFile());
        } catch (IOException e) {
            throw new StackFailure("data directory " + data + ": " + data.runFile() + " cannot be read: " + e, e);
        }
    }

    private static void awaitEnd(ProcessHandle process) throws InterruptedException {
        try {
            process.onExit().get(5, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new StackFailure(
                    "process " + process.pid() + " of an earlier run does not end; end it, then try again", e);
        }
    }

    private StackFailure alreadyRunning() {
        Optional<ControlClient> other = ControlClient.find(data);
        return new StackFailure("deploy/up is running already on " + data
                + other.map(client -> " (pid " + client.pid() + "): "
                                + client.get("/addresses").text())
                        .orElse(", and is just starting or stopping")
                + "\n  what runs where:  deploy/up status\n  stop it:          deploy/up stop"
                + "\n  run another:      deploy/up --data DIR --port-offset 10000");
    }

    private String invitation() {
        List<PlannedInstance> balancers = plan.tier(Tier.LOAD_BALANCER);
        return """
                Ready after %.1f s.

                  open                https://localhost:%d   (second balancer: https://localhost:%d)
                  log in as           john@foobar.com, password conduit-demo
                  certificate         trust %s/ca.pem, or click through the browser's warning
                  stop                Ctrl-C, or deploy/up stop
                  look and break      deploy/up status | logs lb-1 -f | kill app-1 | start app-1 | restart web-2
                """.formatted(
                        console.elapsed().toMillis() / 1000.0,
                        balancers.get(0).port("https"),
                        balancers.get(1).port("https"),
                        data.tls());
    }
}
