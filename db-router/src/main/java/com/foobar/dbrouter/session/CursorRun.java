package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.Adoption;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.ServerStatement;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import com.foobar.dbrouter.protocol.StatusFlags;
import io.netty.buffer.ByteBuf;
import java.util.Objects;

/** COM_STMT_FETCH and COM_STMT_RESET of a statement with an open cursor, on the connection that holds it. */
final class CursorRun extends PlainRun {
    private final ClientStatement statement;

    CursorRun(ClientSession session, ByteBuf message, ClientStatement statement, Expect expect) {
        super(session, message, expect);
        this.statement = statement;
    }

    @Override
    boolean isAboutHeld() {
        return true;
    }

    /** The statement is gone where too many others have been prepared since, and its cursor with it. */
    @Override
    void prepare(ServerConnection target, Adoption done) {
        if (target.statements().get(statement.name(true)) == null) {
            session.held().cursors().remove(statement.id());
            done.refused(RouterErrors.noCursor(statement.id()));
        } else {
            done.adopted();
        }
    }

    @Override
    ByteBuf request(ServerConnection target) {
        ServerStatement prepared = Objects.requireNonNull(target.statements().get(statement.name(true)));
        message.setIntLE(message.readerIndex() + Packets.HEADER + 1, prepared.id());
        return message.retainedDuplicate();
    }

    @Override
    void succeeded(ServerConnection target, ResponseTracker answer) {
        if (expect() == Expect.SINGLE || StatusFlags.has(answer.status(), StatusFlags.LAST_ROW_SENT)) {
            session.held().cursors().remove(statement.id());
        }
    }
}
