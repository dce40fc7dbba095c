package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.routing.Consistency;
import com.foobar.dbrouter.routing.RouteHint;
import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.dbrouter.topology.Position;
import com.foobar.dbrouter.topology.ReadDemand;
import com.foobar.dbrouter.topology.ReadTarget;
import org.jspecify.annotations.Nullable;

/**
 * What a session's reads have to see: how far its own writes go, as far as servers have told. Positions are merged, never
 * replaced, as one answer tells those of its own statements only. After an error of a write, or an answer that never came,
 * nobody knows what was committed; then the primary is asked, whose position has it all. So it is where what a session has
 * written has become long, each write among those of others being a piece of its own. Belongs to the session's event loop.
 */
final class SessionReads {
    /** What is written may have so many pieces more than the primary's own position had when it was asked last. */
    static final int MOST_PIECES = 64;

    private Consistency consistency;
    private @Nullable Position written;
    private @Nullable DatabaseServer toldBy;
    private boolean unknown;
    private int longest = MOST_PIECES;

    SessionReads(Consistency consistency) {
        this.consistency = consistency;
    }

    /** What is promised from now on; what the client has written stays so. */
    void become(Consistency other) {
        consistency = other;
    }

    Consistency consistency() {
        return consistency;
    }

    /** Whether servers shall tell the positions of writes: to the router for its own use, or to the application. */
    boolean needsPositions() {
        return consistency == Consistency.SESSION || consistency == Consistency.TOKEN;
    }

    /**
     * What a read has to see.
     *
     * @throws IllegalArgumentException where the token of the hint is no position, with what was expected
     */
    ReadDemand demand(RouteHint hint) {
        return switch (hint.consistency(consistency)) {
            case STRICT -> ReadDemand.STRICT;
            case SESSION -> ownWrites();
            case TOKEN -> hint.token().isEmpty() ? ReadDemand.EVENTUAL : ReadDemand.token(Position.parse(hint.token()));
            case EVENTUAL -> ReadDemand.EVENTUAL;
        };
    }

    private ReadDemand ownWrites() {
        Position position = written;
        DatabaseServer server = toldBy;
        if (unknown) {
            return ReadDemand.UNKNOWN_WRITES;
        }
        return position == null || server == null ? ReadDemand.NOTHING_WRITTEN : ReadDemand.ownWrites(position, server);
    }

    /** A read has been given its server: the primary's position, where it was asked for, has the session's writes. */
    void chosen(ReadDemand demand, ReadTarget target) {
        if (demand.consistency() != Consistency.SESSION) {
            return;
        }
        Position learnt = target.learnt();
        boolean doubtful =
                target.cause() == ReadTarget.Cause.WAIT_LIMIT || target.cause() == ReadTarget.Cause.POSITION_AHEAD;
        if (learnt != null && (unknown || doubtful)) {
            written = learnt.isEmpty() ? null : learnt;
            toldBy = target.learntFrom();
            unknown = learnt.isEmpty();
            longest = learnt.pieces() + MOST_PIECES;
        } else if (doubtful) {
            // Perhaps no replica will ever reach it, because the primary has lost it in a crash: the next read asks.
            unknown = true;
        }
    }

    /**
     * Notes what an answer tells of the session's writes.
     *
     * @param mayWrite whether the statement may have written, being none that only reads, on a server that takes writes
     */
    void note(ServerConnection connection, boolean mayWrite, ResponseTracker answer) {
        String told = answer.positions().text();
        if (told == null) {
            unknown = true;
        } else if (!told.isEmpty()) {
            told(told, connection.server());
        }
        if (mayWrite && (answer.error() != null || !connection.tellsPositions())) {
            unknown = true;
        }
    }

    /** A server tells a position that has one more of the session's writes. */
    void told(String text, DatabaseServer server) {
        Position before = written;
        try {
            Position position = Position.parse(text);
            if (before != null && !server.equals(toldBy)) {
                // Another primary, which may have lost some of what the one before told.
                unknown = true;
            }
            Position all =
                    before == null || before.getClass() != position.getClass() ? position : before.merge(position);
            boolean tooLong = all.pieces() > longest;
            unknown |= tooLong;
            written = tooLong ? null : all;
            toldBy = server;
        } catch (IllegalArgumentException e) {
            // A form of GTIDs that is not known here.
            unknown = true;
        }
    }

    /** A statement that may have written was lost with its connection. */
    void lost() {
        unknown = true;
    }
}
