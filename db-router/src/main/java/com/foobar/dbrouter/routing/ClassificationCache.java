package com.foobar.dbrouter.routing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the texts are that one event loop saw lately. A text has one slot; another text of that slot takes its
 * place. Bounded: so many slots, no text longer than {@link #LONGEST_TEXT}; longer ones are classified each time. A hit
 * allocates nothing. Not thread-safe.
 */
public final class ClassificationCache {

    /** Longer texts mostly carry data, and do not repeat. */
    static final int LONGEST_TEXT = 2048;

    private final Entry[] entries;
    private final Supplier<ReplicaFunctions> functions;
    private ReplicaFunctions lastFunctions = ReplicaFunctions.NONE;

    /** @param slots how many texts at most; a power of two */
    public ClassificationCache(int slots) {
        this(slots, () -> ReplicaFunctions.NONE);
    }

    /** @param functions that count as reads; where they become others, nothing that was known counts */
    public ClassificationCache(int slots, Supplier<ReplicaFunctions> functions) {
        this.functions = functions;
        if (Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException("slots: " + slots + " (expected: a power of two)");
        }
        entries = new Entry[slots];
    }

    /**
     * What is known of a text.
     *
     * @param digest {@link StatementDigest#hash}
     */
    public record KnownText(Classification classification, long digest) {}

    /** As {@link StatementClassifier#classify}. */
    public Classification classify(ByteBuf sql, LexicalMode mode) {
        return know(sql, mode).classification();
    }

    /** The readable bytes are the text; indexes stay. */
    public KnownText know(ByteBuf sql, LexicalMode mode) {
        ReplicaFunctions now = functions.get();
        if (now != lastFunctions) {
            lastFunctions = now;
            Arrays.fill(entries, null);
        }
        if (sql.readableBytes() > LONGEST_TEXT) {
            return read(sql, mode);
        }
        int hash = hash(sql);
        int slot = (hash ^ (hash >>> 16)) & (entries.length - 1);
        @Nullable Entry entry = entries[slot];
        if (entry != null && entry.hash == hash && entry.mode.equals(mode) && ByteBufUtil.equals(entry.text, sql)) {
            return entry.known;
        }
        KnownText known = read(sql, mode);
        entries[slot] = new Entry(hash, mode, Unpooled.wrappedBuffer(ByteBufUtil.getBytes(sql)), known);
        return known;
    }

    private KnownText read(ByteBuf sql, LexicalMode mode) {
        return new KnownText(StatementClassifier.classify(sql, mode, lastFunctions), StatementDigest.hash(sql, mode));
    }

    private static int hash(ByteBuf sql) {
        int position = sql.readerIndex();
        int end = sql.writerIndex();
        long hash = sql.readableBytes();
        for (; position + Long.BYTES <= end; position += Long.BYTES) {
            hash = (hash ^ sql.getLongLE(position)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        for (; position < end; position++) {
            hash = (hash ^ sql.getByte(position)) * 0x9E3779B97F4A7C15L;
        }
        return (int) (hash ^ (hash >>> 32));
    }

    private static final class Entry {
        private final int hash;
        private final LexicalMode mode;
        private final ByteBuf text;
        private final KnownText known;

        Entry(int hash, LexicalMode mode, ByteBuf text, KnownText known) {
            this.hash = hash;
            this.mode = mode;
            this.text = text;
            this.known = known;
        }
    }
}
