package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.Adoption;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.ServerStatement;
import com.foobar.dbrouter.pool.StatementName;
import com.foobar.dbrouter.protocol.MalformedPacketException;
import com.foobar.dbrouter.protocol.PacketFramer;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import com.foobar.dbrouter.protocol.StatusFlags;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * COM_STMT_EXECUTE (MySQL manual): on whichever connection, which prepares the statement first if it has not yet. The id
 * is replaced in place. Parameter types that the client has told once, and does not tell again, are put in where this
 * server connection has not heard them.
 */
final class ExecuteRun extends ServerRun {
    private static final int ID_AT = Packets.HEADER + 1;
    private static final int FLAGS_AT = 4;
    private static final int NULL_BITMAP_AT = 9;

    private final ClientStatement statement;
    private final StatementText statementText;
    private final boolean wantsCursor;

    /** Index of new_params_bound in the payload behind the command byte; 0 where there are no parameters. */
    private final int boundAt;

    private final boolean tellsTypes;

    /** @param payload what follows the command byte; at least its fixed part is there */
    ExecuteRun(
            ClientSession session,
            ByteBuf message,
            ByteBuf payload,
            ClientStatement statement,
            StatementText statementText) {
        super(session, message, statement.classification(), Expect.RESULTS);
        this.statement = statement;
        this.statementText = statementText;
        int start = payload.readerIndex();
        this.wantsCursor = payload.getByte(start + FLAGS_AT) != 0;
        int parameters = statement.parameters();
        if (parameters == 0) {
            boundAt = 0;
            tellsTypes = false;
            return;
        }
        boundAt = NULL_BITMAP_AT + (parameters + 7) / 8;
        need(payload, boundAt + 1);
        tellsTypes = payload.getByte(start + boundAt) != 0;
        if (tellsTypes) {
            need(payload, boundAt + 1 + 2 * parameters);
            byte[] types = new byte[2 * parameters];
            payload.getBytes(start + boundAt + 1, types);
            statement.types(types);
        }
    }

    private static void need(ByteBuf payload, int bytes) {
        if (payload.readableBytes() < bytes) {
            throw new MalformedPacketException("COM_STMT_EXECUTE of " + (payload.readableBytes() + 1)
                    + " bytes (expected: at least " + (bytes + 1) + " for its parameters)");
        }
    }

    /** A cursor has to be found again by the fetches that follow, beside whatever the session writes meanwhile. */
    @Override
    boolean needsPrimary() {
        return wantsCursor;
    }

    @Override
    void prepare(ServerConnection target, Adoption done) {
        StatementName name = statement.name(wantsCursor);
        if (target.prepared(name) == null) {
            target.prepare(name, done);
        } else {
            done.adopted();
        }
    }

    @Override
    ByteBuf request(ServerConnection target) {
        ServerStatement prepared = target.prepared(statement.name(wantsCursor));
        if (prepared == null) {
            throw new IllegalStateException("not prepared: " + statement.id());
        }
        for (ByteBuf data : statement.longData()) {
            data.setIntLE(data.readerIndex() + ID_AT, prepared.id());
            target.sendUnanswered(data.retainedDuplicate());
        }
        message.setIntLE(message.readerIndex() + ID_AT, prepared.id());
        byte[] types = statement.types();
        if (types == null) {
            return message.retainedDuplicate();
        }
        boolean heard = Arrays.equals(types, prepared.boundTypes());
        prepared.bind(types);
        return tellsTypes || heard ? message.retainedDuplicate() : withTypes(types);
    }

    private ByteBuf withTypes(byte[] types) {
        ByteBuf payload = PacketFramer.payload(message);
        int bound = 1 + boundAt;
        ByteBuf start = payload.retainedSlice(payload.readerIndex(), bound);
        ByteBuf told = session.allocator().buffer(1 + types.length).writeByte(1).writeBytes(types);
        ByteBuf values = payload.retainedSlice(payload.readerIndex() + bound + 1, payload.readableBytes() - bound - 1);
        payload.release();
        ByteBuf whole = session.allocator()
                .compositeBuffer()
                .addComponent(true, start)
                .addComponent(true, told)
                .addComponent(true, values);
        return Packets.frame(session.allocator(), 0, whole);
    }

    @Override
    String text() {
        return statement.text();
    }

    @Override
    void succeeded(ServerConnection target, ResponseTracker answer) {
        if (wantsCursor
                && StatusFlags.has(answer.status(), StatusFlags.CURSOR_EXISTS)
                && !StatusFlags.has(answer.status(), StatusFlags.LAST_ROW_SENT)) {
            session.held().cursors().add(statement.id());
        } else {
            session.held().cursors().remove(statement.id());
        }
        SessionChanges.note(session, target, answer, classification(), statement.text(), statementText);
    }

    @Override
    void cleanUp() {
        statement.dropLongData();
    }
}
