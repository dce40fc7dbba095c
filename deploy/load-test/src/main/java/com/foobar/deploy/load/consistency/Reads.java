package com.foobar.deploy.load.consistency;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The reads of a run that were compared with what had been written before: how many, how many of them were wrong, and
 * what was wrong with the first of those. May be used by any thread.
 */
public final class Reads {
    private static final int KEPT = 10;

    private final AtomicLong checked = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final Queue<String> first = new ConcurrentLinkedQueue<>();

    /** That a read was as it has to be. */
    public void right() {
        checked.incrementAndGet();
    }

    /**
     * That a read was not.
     *
     * @param what was read, and what should have been; gives the exception's message
     * @return what fails the request
     */
    public WrongRead wrong(String what) {
        checked.incrementAndGet();
        if (wrong.incrementAndGet() <= KEPT) {
            first.add(what);
        }
        return new WrongRead(what);
    }

    public long checked() {
        return checked.get();
    }

    public long wrong() {
        return wrong.get();
    }

    /** What was wrong, ten at most. */
    public List<String> examples() {
        return List.copyOf(first);
    }

    @Override
    public String toString() {
        return checked() + " reads compared with what had been written: "
                + (wrong() == 0 ? "all right" : wrong() + " wrong");
    }
}
