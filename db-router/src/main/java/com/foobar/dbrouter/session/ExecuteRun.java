package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.Adoption;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.ServerStatement;
import com.foobar.dbrouter.pool.SessionState;
import com.foobar.dbrouter.pool.StatementEnvironment;
import com.foobar.dbrouter.pool.StatementName;
import com.foobar.dbrouter.protocol.PacketFramer;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import com.foobar.dbrouter.protocol.SequenceShift;
import com.foobar.dbrouter.protocol.StatusFlags;
import com.foobar.dbrouter.routing.RouteReason;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * COM_STMT_EXECUTE (MySQL manual) and COM_STMT_BULK_EXECUTE (MariaDB): on whichever connection, which prepares the statement
 * first if it has not yet. Parameter types that the client has told once, and does not tell again, are put in where this
 * server connection has not heard them.
 */
final class ExecuteRun extends ServerRun {
    private static final int FLAGS_AT = 4;

    private final ClientStatement statement;
    private final StatementText statementText;
    private final ParameterTypes types;
    private final boolean wantsCursor;
    private @Nullable SequenceShift shift;

    private ExecuteRun(
            ClientSession session,
            ByteBuf message,
            ClientStatement statement,
            StatementText statementText,
            ParameterTypes types,
            boolean wantsCursor) {
        super(session, message, statement.classification(), Expect.RESULTS);
        this.statement = statement;
        this.statementText = statementText;
        count().isOf(statement.counted(session.services().digests(), statementText.mode()));
        this.types = types;
        this.wantsCursor = wantsCursor;
        byte[] told = types.told();
        if (told != null) {
            statement.types(told);
        }
    }

    /**
     * COM_STMT_EXECUTE.
     *
     * @param payload what follows the command byte; at least its fixed part is there
     */
    static ExecuteRun once(
            ClientSession session,
            ByteBuf message,
            ByteBuf payload,
            ClientStatement statement,
            StatementText statementText) {
        return new ExecuteRun(
                session,
                message,
                statement,
                statementText,
                ParameterTypes.ofExecute(payload, statement.parameters()),
                payload.getByte(payload.readerIndex() + FLAGS_AT) != 0);
    }

    /**
     * COM_STMT_BULK_EXECUTE: once for each of many rows of parameters.
     *
     * @param payload what follows the command byte; at least its fixed part is there
     */
    static ExecuteRun inBulk(
            ClientSession session,
            ByteBuf message,
            ByteBuf payload,
            ClientStatement statement,
            StatementText statementText) {
        return new ExecuteRun(
                session,
                message,
                statement,
                statementText,
                ParameterTypes.ofBulkExecute(payload, statement.parameters()),
                false);
    }

    /** A cursor has to be found again by the fetches that follow, beside whatever the session writes meanwhile. */
    @Override
    boolean needsPrimary() {
        return wantsCursor || super.needsPrimary();
    }

    @Override
    @Nullable
    String schema() {
        return statement.preparedIn().schema();
    }

    @Override
    void prepare(ServerConnection target, Adoption done) {
        if (wantsCursor) {
            session.statements().giveCursor(statement);
        }
        StatementName name = statement.name(wantsCursor);
        if (target.statements().get(name) != null) {
            done.adopted();
        } else {
            prepare(name, target, done);
        }
    }

    @Override
    boolean mayFollow(ServerConnection target) {
        return !wantsCursor
                && isWantedReadAlone()
                && statement.longData().messages().isEmpty()
                && target.statements().get(statement.name(false)) != null;
    }

    @Override
    boolean fitsBesideOthers(ServerConnection target) {
        if (!statement.longData().messages().isEmpty()) {
            return false;
        }
        StatementName name = statement.name(false);
        // Others need not wait for a preparation, nor would anybody close what they did not wait for.
        return target.statements().get(name) != null
                || (!target.sharing().isShared()
                        && name.environment().equals(session.memory().environment()));
    }

    /** As the text was meant when the client had it prepared: in the database and the SQL mode of then. */
    private void prepare(StatementName name, ServerConnection target, Adoption done) {
        SessionMemory memory = session.memory();
        StatementEnvironment then = name.environment();
        if (then.equals(memory.environment())) {
            target.statements().prepare(name, done);
        } else if (then.schema() != null && memory.state().schema() == null && !mayLeaveDatabase(target)) {
            done.refused(RouterErrors.needsRepreparing());
        } else if (then.readsAs(memory.environment())) {
            // A text that was prepared without a database names none of it.
            String schema = then.schema();
            target.statements()
                    .prepareIn(schema == null ? memory.state() : memory.state().withSchema(schema), name, done);
        } else if (mayStartOver(target) && memory.state().continues(statement.preparedIn())) {
            target.statements().prepareIn(statement.preparedIn(), name, done);
        } else {
            done.refused(RouterErrors.needsRepreparing());
        }
    }

    /** Whether the session does not go on with the connection, which cannot be brought back to having no database. */
    private boolean mayLeaveDatabase(ServerConnection target) {
        boolean keepsNothing = classification().isRead() || classification().reason() == RouteReason.DATA_CHANGE;
        return session.held().connection() != target
                && !wantsCursor
                && keepsNothing
                && classification().pins().isEmpty();
    }

    /** Whether nothing is lost where the connection is reset for it. */
    private boolean mayStartOver(ServerConnection target) {
        return session.held().connection() != target && !classification().asksForLastStatement();
    }

    @Override
    ByteBuf request(ServerConnection target) {
        ServerStatement prepared = target.statements().get(statement.name(wantsCursor));
        if (prepared == null) {
            throw new IllegalStateException("not prepared: " + statement.id());
        }
        for (ByteBuf data : statement.longData().messages()) {
            target.sendUnanswered(StatementId.in(data, prepared.id(), false, session.allocator()));
        }
        // Behind others' commands, or the session's state, it may be sent once more elsewhere while it is still to
        // leave here.
        boolean isLeft = target.sharing().isShared() || !target.isAnswered();
        ByteBuf execution = StatementId.in(message, prepared.id(), isLeft, session.allocator());
        shift = null;
        byte[] known = statement.types();
        if (known == null) {
            return execution;
        }
        boolean heard = Arrays.equals(known, prepared.boundTypes());
        prepared.bind(known);
        if (heard || types.told() != null) {
            return execution;
        }
        ByteBuf told = types.tell(execution, known, session.allocator());
        execution.release();
        int more = PacketFramer.packets(told) - PacketFramer.packets(message);
        shift = more > 0 ? new SequenceShift(more) : null;
        return told;
    }

    @Override
    ByteBuf rewrite(ByteBuf piece) {
        if (shift != null) {
            shift.apply(piece);
        }
        return piece;
    }

    @Override
    String text() {
        String text = statement.text();
        return text.length() > SessionState.LONGEST_SETTING ? "" : text;
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
        String text = text();
        SessionChanges.note(session, target, answer, classification(), text.isEmpty() ? null : text, statementText);
    }

    @Override
    void cleanUp() {
        statement.longData().drop();
    }
}
