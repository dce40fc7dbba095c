package com.foobar.deploy.stack.console;

import com.foobar.deploy.stack.process.InstanceListener;
import com.foobar.deploy.stack.process.InstanceReport;
import com.foobar.deploy.stack.process.InstanceState;
import java.io.PrintStream;
import java.time.Duration;

/** The lines that the running launcher writes to its terminal, each with the seconds since it began. Any thread may write. */
public final class Console implements InstanceListener {
    private final PrintStream out;
    private final long began = System.nanoTime();
    private volatile boolean starting = true;
    private volatile boolean stopping;

    public Console(PrintStream out) {
        this.out = out;
    }

    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** A line of progress. */
    public void say(String text) {
        out.printf("%6.1f s  %s%n", elapsed().toMillis() / 1000.0, text);
    }

    /** Text as it is. */
    public void show(String text) {
        out.println(text);
    }

    /** Everything is up: from now on only what goes wrong, or comes back, is told. */
    public void started() {
        starting = false;
    }

    /** Everything is about to end, so ends are not told any more. */
    public void stopping() {
        stopping = true;
    }

    @Override
    public void changed(InstanceState before, InstanceReport now) {
        if (stopping) {
            return;
        }
        if (now.state() == InstanceState.READY) {
            say(now.name() + " ready" + (before == InstanceState.STARTING ? after(now.readyAfter()) : " again"));
        } else if (now.state() == InstanceState.FAILED) {
            say(now.name() + " failed: " + now.detail());
        } else if (now.state() == InstanceState.STARTING && !now.detail().isEmpty()) {
            say(now.name() + " " + now.detail());
        } else if (!starting && now.state() != InstanceState.STARTING) {
            say(now.name() + " " + now.state() + (now.detail().isEmpty() ? "" : ": " + now.detail()));
        }
    }

    private static String after(Duration time) {
        return " after %.1f s".formatted(time.toMillis() / 1000.0);
    }
}
