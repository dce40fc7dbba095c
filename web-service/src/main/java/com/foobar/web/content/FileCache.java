package com.foobar.web.content;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Small files in memory, bounded by bytes. When full, files that were not used since the last look make room first
 * ("second chance"), because a true least-recently-used list would have to be locked and changed at every read.
 *
 * <p>Reads are lock-free, from any event loop; changes come from the threads that read files, and lock.
 */
final class FileCache {
    private final long capacity;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    // Guarded by this. Holds exactly the entries of the map, oldest first.
    private final Deque<Entry> order = new ArrayDeque<>();
    private volatile long bytes;

    /** @param capacity bytes; 0 keeps nothing */
    FileCache(long capacity) {
        this.capacity = capacity;
    }

    @Nullable
    Entry get(String name) {
        Entry entry = entries.get(name);
        if (entry != null && !entry.used) {
            entry.used = true;
        }
        return entry;
    }

    /** Keeps the entry in the place of another of its name, unless it is bigger than the whole cache. */
    synchronized void put(Entry entry) {
        remove(entry.file.name());
        long weight = entry.file.weight();
        if (weight > capacity) {
            return;
        }
        while (bytes + weight > capacity) {
            evictOne();
        }
        entries.put(entry.file.name(), entry);
        order.addLast(entry);
        bytes += weight;
    }

    synchronized void remove(String name) {
        Entry entry = entries.remove(name);
        if (entry != null) {
            order.remove(entry);
            bytes -= entry.file.weight();
        }
    }

    private synchronized void evictOne() {
        // Ends: each round clears a mark or evicts, and only readers set marks again.
        for (int rounds = 2 * order.size(); ; rounds--) {
            Entry oldest = order.removeFirst();
            if (oldest.used && rounds > 0) {
                oldest.used = false;
                order.addLast(oldest);
            } else {
                entries.remove(oldest.file.name());
                bytes -= oldest.file.weight();
                return;
            }
        }
    }

    long bytes() {
        return bytes;
    }

    int files() {
        return entries.size();
    }

    /** A file in memory, and when it was last seen unchanged on disk. */
    static final class Entry {
        final SiteFile.InMemory file;
        final FileVersion version;
        final List<DirectoryContent.Coded> coded;

        /** Whether an equal version means equal content: not if the file had changed just before it was read. */
        final boolean settled;

        private final AtomicBoolean claimed = new AtomicBoolean();
        private volatile long checkedNanos;
        private volatile boolean used;

        Entry(
                SiteFile.InMemory file,
                FileVersion version,
                List<DirectoryContent.Coded> coded,
                boolean settled,
                long checkedNanos) {
            this.file = file;
            this.version = version;
            this.coded = List.copyOf(coded);
            this.settled = settled;
            this.checkedNanos = checkedNanos;
        }

        /**
         * Whether it may be served without a look at the disk: it was checked within the interval. After that the first
         * who asks is told no, and has to look; until that is done, but no longer than another interval, the others are
         * still served, so that a busy file costs one look per interval.
         */
        boolean mayServe(long nowNanos, long intervalNanos) {
            long age = nowNanos - checkedNanos;
            if (age < intervalNanos) {
                return true;
            }
            return age < 2 * intervalNanos && !claimed.compareAndSet(false, true);
        }

        void checked(long nowNanos) {
            checkedNanos = nowNanos;
            claimed.set(false);
        }
    }
}
