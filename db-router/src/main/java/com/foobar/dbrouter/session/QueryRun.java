package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.protocol.PacketFramer;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.StatementKind;
import io.netty.buffer.ByteBuf;

/** COM_QUERY. */
final class QueryRun extends ServerRun {
    private final StatementText statementText;

    QueryRun(ClientSession session, ByteBuf message, Classification classification, StatementText statementText) {
        super(session, message, classification, Expect.RESULTS);
        this.statementText = statementText;
    }

    @Override
    String text() {
        ByteBuf payload = PacketFramer.payload(message);
        try {
            return payload.skipBytes(1).toString(Packets.BYTES);
        } finally {
            payload.release();
        }
    }

    @Override
    void succeeded(ServerConnection target, ResponseTracker answer) {
        StatementKind kind = classification().kind();
        if (kind == StatementKind.SET || kind == StatementKind.USE) {
            SessionChanges.note(session, target, answer, classification(), text(), statementText);
        }
    }
}
