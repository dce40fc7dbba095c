package com.foobar.http.health;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** Timers whose time tests move, on the test's own thread. */
final class TestTimers implements Timers {
    private final PriorityQueue<Planned> planned = new PriorityQueue<>(Comparator.comparingLong(Planned::at));
    private final Queue<Runnable> soon = new ArrayDeque<>();
    private long now = 1_000_000_000L;
    double random = 0.5;

    private record Planned(long at, Runnable task) {}

    void run() {
        for (Runnable task = soon.poll(); task != null; task = soon.poll()) {
            task.run();
        }
    }

    void advance(Duration duration) {
        long end = now + duration.toNanos();
        run();
        while (!planned.isEmpty() && planned.peek().at() <= end) {
            Planned next = planned.poll();
            now = next.at();
            next.task().run();
            run();
        }
        now = end;
    }

    @Override
    public void execute(Runnable task) {
        soon.add(task);
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        Planned entry = new Planned(now + delay.toNanos(), task);
        planned.add(entry);
        return () -> planned.remove(entry);
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public double random() {
        return random;
    }
}
