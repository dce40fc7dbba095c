package com.foobar.http.health;

import java.time.Duration;

/** The one thread on which checks are planned. */
interface Timers {
    /** Runs the task on that thread, soon. */
    void execute(Runnable task);

    /** Runs the task on that thread after the delay, unless cancelled before. */
    Timer after(Duration delay, Runnable task);

    /** Nanoseconds that have passed since some moment, as {@link System#nanoTime}. */
    long nanoTime();

    /** A random number from 0 (included) to 1 (excluded), to spread checks. */
    double random();

    /** Something planned. */
    interface Timer {
        /** Has no effect once the task has run. */
        void cancel();
    }
}
