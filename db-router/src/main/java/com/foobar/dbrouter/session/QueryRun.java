package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import com.foobar.dbrouter.routing.Classification;
import io.netty.buffer.ByteBuf;

/** COM_QUERY. */
final class QueryRun extends ServerRun {
    private final String text;
    private final StatementText statementText;

    QueryRun(
            ClientSession session,
            ByteBuf message,
            String text,
            Classification classification,
            StatementText statementText) {
        super(session, message, classification, Expect.RESULTS);
        this.text = text;
        this.statementText = statementText;
    }

    @Override
    String text() {
        return text;
    }

    @Override
    void succeeded(ServerConnection target, ResponseTracker answer) {
        SessionChanges.note(session, target, classification(), text, statementText);
    }
}
