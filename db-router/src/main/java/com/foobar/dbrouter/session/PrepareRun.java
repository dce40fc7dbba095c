package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.StatementName;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.StatementKind;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Set;

/**
 * COM_STMT_PREPARE: on the server that would run the statement now. The client gets an id of the router's, as the
 * statement will run on connections that have it under other ids, or not yet.
 */
final class PrepareRun extends ServerRun {
    /** Where the server's id is in the answer: behind the header and 00. */
    private static final int ID_AT = Packets.HEADER + 1;

    private final String text;
    private final Classification classified;
    private boolean patched;
    private boolean prepared;

    PrepareRun(ClientSession session, ByteBuf message, String text, Classification classification) {
        super(session, message, preparing(classification), Expect.PREPARED);
        this.text = text;
        this.classified = classification;
        session.statements().textCame(text.length());
    }

    /** Preparing changes and holds nothing, whatever the statement does when it runs; it may always be repeated. */
    private static Classification preparing(Classification statement) {
        return new Classification(
                statement.isRead() ? StatementKind.READ : StatementKind.WRITE,
                statement.reason(),
                Set.of(),
                Set.of(),
                List.of(),
                statement.hint(),
                1);
    }

    /** The first packet is whole. */
    @Override
    ByteBuf rewrite(ByteBuf piece) {
        if (patched) {
            return piece;
        }
        patched = true;
        if (piece.getUnsignedByte(piece.readerIndex() + Packets.HEADER) == Packets.OK) {
            piece.setIntLE(piece.readerIndex() + ID_AT, session.statements().nextId());
        }
        return piece;
    }

    @Override
    void succeeded(ServerConnection target, ResponseTracker answer) {
        SessionMemory memory = session.memory();
        ClientStatement statement = session.statements()
                .add(StatementName.shared(text, memory.environment()), memory.state(), classified, answer.parameters());
        var unused = target.statements().remember(statement.name(false), answer.statementId(), answer.parameters());
        prepared = true;
    }

    @Override
    boolean mayTellData() {
        return false;
    }

    @Override
    boolean mayRepeat() {
        return true;
    }

    @Override
    void cleanUp() {
        session.statements().textWent(text.length());
        if (!prepared) {
            session.statements().noneWasPrepared();
        }
    }
}
