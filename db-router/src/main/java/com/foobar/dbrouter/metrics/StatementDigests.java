package com.foobar.dbrouter.metrics;

import com.foobar.dbrouter.routing.LexicalMode;
import com.foobar.dbrouter.routing.StatementDigest;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.LongObjectHashMap;
import java.util.ArrayList;
import java.util.List;

/**
 * The statements that one event loop has run, without their values. Bounded: the first {@value #MOST} different ones are
 * told apart, the rest is counted together. Belongs to that loop.
 */
public final class StatementDigests {
    static final int MOST = 1000;

    /** The id of the rest. */
    public static final long OTHER = 0;

    private final LongObjectHashMap<DigestStats> byId = new LongObjectHashMap<>();
    private final DigestStats other = new DigestStats(OTHER, "(others)");

    /** Where executions of the statement are counted. The readable bytes are its text; indexes stay. */
    public DigestStats of(ByteBuf sql, LexicalMode mode) {
        return of(StatementDigest.hash(sql, mode), sql, mode);
    }

    /**
     * As {@link #of(ByteBuf, LexicalMode)}.
     *
     * @param id the statement's {@link StatementDigest#hash}
     */
    public DigestStats of(long id, ByteBuf sql, LexicalMode mode) {
        DigestStats known = byId.get(id);
        if (known != null) {
            return known;
        }
        if (byId.size() >= MOST) {
            return other;
        }
        DigestStats added = new DigestStats(id, StatementDigest.text(sql, mode));
        byId.put(id, added);
        return added;
    }

    /** What has been counted so far. */
    public List<DigestReport> report() {
        List<DigestReport> reports = new ArrayList<>(byId.size() + 1);
        for (DigestStats stats : byId.values()) {
            reports.add(stats.report());
        }
        reports.add(other.report());
        return reports;
    }
}
