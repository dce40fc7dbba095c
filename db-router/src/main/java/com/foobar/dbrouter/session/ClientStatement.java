package com.foobar.dbrouter.session;

import com.foobar.dbrouter.metrics.DigestStats;
import com.foobar.dbrouter.metrics.StatementDigests;
import com.foobar.dbrouter.pool.SessionState;
import com.foobar.dbrouter.pool.StatementName;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.LexicalMode;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * A statement that a client has prepared. Which server connections have it prepared, under which ids, is their own
 * business ({@link com.foobar.dbrouter.pool.ServerStatement}). Belongs to the session's event loop.
 */
final class ClientStatement {
    private final int id;
    private final StatementName shared;
    private final StatementName own;
    private final SessionState preparedIn;
    private final Classification classification;
    private final int parameters;
    private final LongData longData;
    private @Nullable DigestStats digest;
    private boolean hasHadCursor;
    private byte @Nullable [] types;

    /** @param name what server connections know it by, where it has no cursor */
    ClientStatement(
            int id,
            StatementName name,
            SessionState preparedIn,
            Classification classification,
            int parameters,
            LongData longData) {
        this.id = id;
        this.shared = name;
        this.own = name.withCursor(id);
        this.preparedIn = preparedIn;
        this.classification = classification;
        this.parameters = parameters;
        this.longData = longData;
    }

    /** The id that the client knows. */
    int id() {
        return id;
    }

    /** One char per byte. */
    String text() {
        return shared.text();
    }

    /** What server connections know it by. */
    StatementName name(boolean withCursor) {
        return withCursor ? own : shared;
    }

    /** What the session was in when it had it prepared. */
    SessionState preparedIn() {
        return preparedIn;
    }

    /** Whether it has ever been executed with a cursor. */
    boolean hasHadCursor() {
        return hasHadCursor;
    }

    void cursorGiven() {
        hasHadCursor = true;
    }

    /** Where its executions are counted. */
    DigestStats counted(StatementDigests digests, LexicalMode mode) {
        DigestStats known = digest;
        if (known == null) {
            known = digests.of(Unpooled.wrappedBuffer(text().getBytes(Packets.BYTES)), mode);
            digest = known;
        }
        return known;
    }

    Classification classification() {
        return classification;
    }

    int parameters() {
        return parameters;
    }

    /** The parameter types of the client's last execution that told them; null before. */
    byte @Nullable [] types() {
        return types;
    }

    void types(byte[] told) {
        types = told;
    }

    LongData longData() {
        return longData;
    }
}
