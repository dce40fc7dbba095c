package com.foobar.deploy.stack.process;

import com.foobar.deploy.stack.failure.StackFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One instance of the stack: keeps its process running while it is wanted, and knows its state ({@link InstanceState}).
 *
 * <p>From a start until the process is down for good, one thread (the keeper) starts the process, asks for readiness and
 * starts it again when it died by itself ({@link RestartPolicy}). All fields are guarded by this object's monitor; every
 * method may be called by any thread.
 */
public final class Instance {
    private static final Duration STARTING_INTERVAL = Duration.ofMillis(100);
    private static final Duration RUNNING_INTERVAL = Duration.ofSeconds(1);

    private final String name;
    private final Program program;
    private final LogFile log;
    private final RunMark mark;
    private final InstanceListener listener;

    private InstanceState state = InstanceState.STOPPED;
    private String detail = "";
    private Instant since = Instant.now();
    private Instant startedAt = Instant.EPOCH;
    private Duration readyAfter = Duration.ZERO;
    private int restarts;
    private boolean wanted;
    private @Nullable Process process;

    public Instance(String name, Program program, LogFile log, RunMark mark, InstanceListener listener) {
        this.name = name;
        this.program = program;
        this.log = log;
        this.mark = mark;
        this.listener = listener;
    }

    public String name() {
        return name;
    }

    public LogFile log() {
        return log;
    }

    public synchronized InstanceReport report() {
        OptionalLong pid = process == null ? OptionalLong.empty() : OptionalLong.of(process.pid());
        return new InstanceReport(name, state, detail, pid, since, readyAfter, restarts);
    }

    /**
     * Starts it; returns at once.
     *
     * @throws StackFailure when it is not down
     */
    public synchronized void start() {
        if (!state.isDown()) {
            throw new StackFailure(name + " is " + state + " (expected: stopped or failed)");
        }
        wanted = true;
        restarts = 0;
        change(InstanceState.STARTING, "");
        Thread keeper = new Thread(this::keep, name);
        keeper.setDaemon(true);
        keeper.start();
    }

    /** Ends it in order (SIGTERM), by force when it takes longer than that; returns when it is down. */
    public void stop(Duration limit) {
        end(limit, false);
    }

    /** Ends it at once (SIGKILL), as a crash would; it stays down until it is started. */
    public void kill() {
        end(Duration.ZERO, true);
    }

    /** Waits until it is ready or down; the report says which, or neither when the time is over. */
    public synchronized InstanceReport awaitReady(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (state != InstanceState.READY && !state.isDown()) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                break;
            }
            wait(left);
        }
        return report();
    }

    private void end(Duration limit, boolean forced) {
        Process running;
        synchronized (this) {
            wanted = false;
            notifyAll();
            if (state.isDown()) {
                return;
            }
            change(InstanceState.STOPPING, forced ? "killed" : "");
            running = process;
        }
        try {
            if (running != null) {
                if (forced) {
                    running.destroyForcibly();
                } else {
                    running.destroy();
                    if (!running.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                        running.destroyForcibly();
                    }
                }
            }
            synchronized (this) {
                while (!state.isDown()) {
                    wait();
                }
            }
        } catch (InterruptedException e) {
            if (running != null) {
                running.destroyForcibly();
            }
            Thread.currentThread().interrupt();
        }
    }

    private void keep() {
        RestartPolicy policy = new RestartPolicy();
        Process started = launch();
        while (started != null) {
            try {
                watch(started);
                Optional<Duration> delay = ended(new ExitStatus(started.exitValue()), policy);
                if (delay.isEmpty() || !stillWantedAfter(delay.get())) {
                    return;
                }
            } catch (InterruptedException e) {
                started.destroyForcibly();
                Thread.currentThread().interrupt();
                return;
            }
            started = launch();
        }
    }

    private synchronized @Nullable Process launch() {
        if (!wanted) {
            change(InstanceState.STOPPED, "");
            return null;
        }
        try {
            log.rotate();
            ProcessBuilder prepared = program.prepare();
            // A session of its own: Ctrl-C at the terminal is for the launcher, which stops the others in order.
            List<String> command = new ArrayList<>(List.of("setsid"));
            command.addAll(prepared.command());
            prepared.command(command);
            prepared.environment().put(RunMark.VARIABLE, mark.value());
            prepared.redirectErrorStream(true);
            prepared.redirectOutput(ProcessBuilder.Redirect.appendTo(log.path().toFile()));
            Process started = prepared.start();
            started.getOutputStream().close();
            process = started;
            startedAt = Instant.now();
            readyAfter = Duration.ZERO;
            return started;
        } catch (IOException | StackFailure e) {
            wanted = false;
            change(InstanceState.FAILED, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private void watch(Process running) throws InterruptedException {
        Duration interval = STARTING_INTERVAL;
        while (!running.waitFor(interval.toMillis(), TimeUnit.MILLISECONDS)) {
            interval = observed(running, program.readiness());
        }
    }

    private synchronized Duration observed(Process running, Readiness readiness) {
        if (state == InstanceState.STOPPING || !running.isAlive()) {
            return STARTING_INTERVAL;
        }
        if (readiness.isReady()) {
            if (state == InstanceState.STARTING) {
                readyAfter = Duration.between(startedAt, Instant.now());
            }
            if (state != InstanceState.READY) {
                change(InstanceState.READY, "");
            }
        } else if (state == InstanceState.READY) {
            change(InstanceState.NOT_READY, readiness.reason());
        } else {
            detail = readiness.reason();
        }
        return state == InstanceState.STARTING ? STARTING_INTERVAL : RUNNING_INTERVAL;
    }

    /** The process has gone: how long to wait before the next start, or empty when it stays down. */
    private synchronized Optional<Duration> ended(ExitStatus status, RestartPolicy policy) {
        process = null;
        if (!wanted) {
            change(InstanceState.STOPPED, detail.isEmpty() ? status.toString() : detail);
            return Optional.empty();
        }
        boolean neverReady = readyAfter.isZero();
        Optional<Duration> delay =
                neverReady && status.isRefusalToStart() ? Optional.empty() : policy.diedAt(Instant.now());
        if (delay.isEmpty()) {
            wanted = false;
            change(InstanceState.FAILED, "died: " + status);
        } else {
            restarts++;
            change(
                    InstanceState.STARTING,
                    "died: " + status
                            + "; starts again in %.1f s".formatted(delay.get().toMillis() / 1000.0));
        }
        return delay;
    }

    private synchronized boolean stillWantedAfter(Duration delay) throws InterruptedException {
        long deadline = System.nanoTime() + delay.toNanos();
        while (wanted) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return true;
            }
            wait(left);
        }
        change(InstanceState.STOPPED, "");
        return false;
    }

    private void change(InstanceState next, String why) {
        InstanceState before = state;
        state = next;
        detail = why;
        since = Instant.now();
        notifyAll();
        listener.changed(before, report());
    }
}
