package com.foobar.dbrouter.memory;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that are kept for all clients together. What is already there, or little, is counted beyond the limit too. From any thread. */
public final class MemoryBudget {
    private final long most;
    private final AtomicLong taken = new AtomicLong();

    /** @param most bytes */
    public MemoryBudget(long most) {
        this.most = most;
    }

    /** Whether so many bytes could be taken now. */
    public boolean hasRoom(long bytes) {
        return taken.get() + bytes <= most;
    }

    /** So many bytes more are kept, or fewer where negative. Whoever could have done without has asked {@link #hasRoom}. */
    public void add(long bytes) {
        taken.addAndGet(bytes);
    }

    /** @return bytes that are kept now */
    public long taken() {
        return taken.get();
    }

    /** @return the limit */
    public long most() {
        return most;
    }
}
