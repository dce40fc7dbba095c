package com.foobar.deploy.stack.process;

import com.foobar.deploy.stack.failure.StackFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A small process beside the launcher that ends the run's processes when the launcher has gone without doing so itself
 * (SIGKILL, out of memory). It waits at a pipe that only the launcher holds open; the kernel closes it with the launcher.
 * In a session of its own, so that signals of the terminal do not reach it.
 */
public final class Reaper implements AutoCloseable {
    private static final String FAREWELL = "done\n";

    private final RunMark mark;
    private final ProcessBuilder builder;
    private volatile boolean closing;
    private volatile Process process;

    private Reaper(RunMark mark) {
        this.mark = mark;
        this.builder = new ProcessBuilder(
                        "setsid", "sh", "-c", script(), "foobar-reaper", RunMark.VARIABLE + "=" + mark.value())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        this.process = launch();
    }

    public static Reaper start(RunMark mark) {
        return new Reaper(mark);
    }

    public long pid() {
        return process.pid();
    }

    /** Sends the reaper home. Whatever of the run is still alive is killed here. */
    @Override
    public void close() {
        closing = true;
        mark.processes().forEach(ProcessHandle::destroyForcibly);
        try {
            process.getOutputStream().write(FAREWELL.getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().close();
        } catch (IOException e) {
            // It has ended already.
            process.destroyForcibly();
        }
        try {
            if (!process.waitFor(1, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private Process launch() {
        try {
            Process started = builder.start();
            started.onExit().thenRun(() -> {
                if (!closing) {
                    process = launch();
                }
            });
            return started;
        } catch (IOException e) {
            throw new StackFailure("cannot start the reaper " + List.of("setsid", "sh") + ": " + e.getMessage(), e);
        }
    }

    private static String script() {
        try (InputStream script = Reaper.class.getResourceAsStream("reaper.sh")) {
            if (script == null) {
                throw new IllegalStateException("reaper.sh is not in the jar");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("reaper.sh cannot be read", e);
        }
    }
}
