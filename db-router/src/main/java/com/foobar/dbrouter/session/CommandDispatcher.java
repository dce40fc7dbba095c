package com.foobar.dbrouter.session;

import com.foobar.dbrouter.memory.MemoryBudget;
import com.foobar.dbrouter.protocol.CapabilityFlags;
import com.foobar.dbrouter.protocol.ChangeUser;
import com.foobar.dbrouter.protocol.Command;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.protocol.MalformedPacketException;
import com.foobar.dbrouter.protocol.OkPacket;
import com.foobar.dbrouter.protocol.PacketFramer;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.ConnectionIdText;
import com.foobar.dbrouter.routing.KillStatement;
import com.foobar.dbrouter.routing.RouteHint;
import com.foobar.dbrouter.routing.StatementKind;
import com.foobar.dbrouter.routing.Trait;
import io.netty.buffer.ByteBuf;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What to do with each command. Belongs to the session's event loop. */
final class CommandDispatcher {
    private static final int LONGEST_WITH_ID = Packets.MAX_PAYLOAD - (1 << 20);
    private static final int LONGEST_KILL = 1024;

    /** Of those that carry neither statements nor data: names, and the attributes of COM_CHANGE_USER. */
    private static final int LONGEST_OTHER_COMMAND = 128 << 10;

    private final ClientSession session;
    private final StatementText statementText;

    /** While COM_CHANGE_USER waits for the client's next packet. */
    private @Nullable UserChange userChange;

    CommandDispatcher(ClientSession session) {
        this.session = session;
        this.statementText = new StatementText(
                session.services().classifications(),
                () -> session.memory().initialState().collation());
    }

    /** Takes over the reference to the message. */
    void dispatch(ByteBuf message) {
        UserChange change = userChange;
        if (change != null && !change.isEnded()) {
            if (isTooLong(message)) {
                message.release();
            } else {
                change.goOn(message);
            }
            return;
        }
        int sequence = PacketFramer.sequence(message);
        if (sequence != 0) {
            message.release();
            session.services().metrics().error("out_of_order");
            session.refuseAndClose(RouterErrors.outOfOrder(sequence, 0));
            return;
        }
        ByteBuf payload = PacketFramer.payload(message);
        boolean taken = false;
        try {
            if (!payload.isReadable()) {
                session.services().metrics().error("malformed");
                session.refuseAndClose(RouterErrors.malformed("a command of no bytes"));
                return;
            }
            int code = payload.readUnsignedByte();
            Command command = Command.of(code);
            session.services().metrics().command(command == null ? "unknown" : command.name());
            if (command == null) {
                session.replyError("unknown_command", RouterErrors.unknownCommand(code));
            } else if (command.carriesMuch() || !isTooLong(message)) {
                taken = dispatch(command, message, payload);
            }
        } finally {
            payload.release();
            if (!taken) {
                message.release();
            }
        }
    }

    /** Whether it is longer than anything that it could say, and the session has ended with it. */
    private boolean isTooLong(ByteBuf message) {
        boolean is = message.readableBytes() > LONGEST_OTHER_COMMAND;
        if (is) {
            session.services().metrics().error("malformed");
            session.refuseAndClose(RouterErrors.malformed("a command of " + message.readableBytes()
                    + " bytes that is neither a statement nor data (expected: at most " + LONGEST_OTHER_COMMAND + ")"));
        }
        return is;
    }

    /** @return whether the message was taken over */
    private boolean dispatch(Command command, ByteBuf message, ByteBuf payload) {
        return switch (command) {
            case QUERY -> query(message, payload);
            case PROCESS_KILL -> {
                if (payload.readableBytes() < Integer.BYTES) {
                    throw new MalformedPacketException("COM_PROCESS_KILL without an id");
                }
                yield KillRun.kill(session, message, payload.readUnsignedIntLE(), false);
            }
            case INIT_DB -> start(new InitDbRun(session, message, payload.toString(Packets.BYTES)));
            case FIELD_LIST -> start(new PlainRun(session, message, Expect.FIELDS));
            case STATISTICS, DEBUG -> start(new PlainRun(session, message, Expect.SINGLE));
            case STMT_PREPARE -> prepare(message, payload);
            case STMT_EXECUTE -> execute(message, payload);
            case STMT_BULK_EXECUTE -> executeInBulk(message, payload);
            case STMT_SEND_LONG_DATA -> keepLongData(message, payload);
            case STMT_FETCH -> fetch(message, payload);
            case STMT_RESET -> resetStatement(message, payload);
            case STMT_CLOSE -> closeStatement(payload);
            case RESET_CONNECTION -> resetConnection(message);
            case CHANGE_USER ->
                changeUser(ChangeUser.read(payload, session.identity().capabilities()), message);
            case SET_OPTION -> setOption(payload);
            case PING -> {
                session.replyOk();
                yield false;
            }
            case QUIT -> {
                session.close();
                yield false;
            }
        };
    }

    private Classification classify(ByteBuf sql) {
        Classification classification =
                statementText.classify(sql, session.memory().status());
        RouteHint hint = classification.hint();
        if (!hint.understood()) {
            session.services().metrics().hintNotUnderstood();
        } else if (hint.signAt() >= 0) {
            sql.setByte(sql.readerIndex() + hint.signAt(), ' ');
        }
        return classification;
    }

    /** Whether the user may not do that, and has been told so. */
    private boolean isRefused(String kind, @Nullable ErrPacket objection) {
        if (objection != null) {
            session.replyError(kind, objection);
        }
        return objection != null;
    }

    private boolean query(ByteBuf message, ByteBuf payload) {
        if (isRefused("user_rate", session.user().overRate())) {
            return false;
        }
        Classification classification = classify(payload);
        if (isRefused("read_only_user", session.user().objection(classification))) {
            return false;
        }
        if (classification.kind() == StatementKind.KILL) {
            KillStatement kill =
                    payload.readableBytes() > LONGEST_KILL ? null : KillStatement.read(payload, statementText.mode());
            if (kill == null) {
                session.replyError("kill_not_supported", RouterErrors.killNotSupported());
                return false;
            }
            int own = session.identity().connectionId();
            return KillRun.kill(
                    session, message, kill.id() == KillStatement.ITSELF ? own : kill.id(), kill.queryOnly());
        }
        ByteBuf withId = withConnectionId(classification, payload);
        if (withId == null) {
            return start(new QueryRun(session, message, classification, statementText));
        }
        session.start(new QueryRun(session, framed(Command.QUERY, withId), classify(withId), statementText));
        return false;
    }

    /** The text with the client's own connection id in it; null where it does not ask for that. */
    private @Nullable ByteBuf withConnectionId(Classification classification, ByteBuf sql) {
        // Of a longer text the answer would begin with another sequence id.
        if (!classification.has(Trait.ASKS_CONNECTION_ID) || sql.readableBytes() > LONGEST_WITH_ID) {
            return null;
        }
        return ConnectionIdText.replace(
                sql, statementText.mode(), session.identity().connectionId());
    }

    private ByteBuf framed(Command command, ByteBuf sql) {
        ByteBuf code = session.allocator().buffer(1).writeByte(command.code());
        return Packets.frame(
                session.allocator(), 0, session.allocator().compositeBuffer().addComponents(true, code, sql));
    }

    private boolean start(ServerRun run) {
        session.start(run);
        return true;
    }

    private boolean prepare(ByteBuf message, ByteBuf payload) {
        if (session.statements().isFull()) {
            session.replyError(
                    "too_many_statements",
                    RouterErrors.tooManyStatements(session.services().settings().maxPrepared()));
            return false;
        }
        if (session.statements().isTooMuch(payload.readableBytes())) {
            session.replyError(
                    "too_many_statements",
                    RouterErrors.tooMuchPrepared(
                            session.services().settings().maxPreparedText().bytes()));
            return false;
        }
        if (session.statements().isTooMuchForAll(payload.readableBytes())) {
            session.replyError(
                    "too_many_statements",
                    RouterErrors.tooMuchPreparedByAll(
                            session.services().memory().prepared()));
            return false;
        }
        Classification classification = classify(payload);
        if (isRefused("read_only_user", session.user().objection(classification))) {
            return false;
        }
        if (classification.kind() == StatementKind.KILL) {
            session.replyError("kill_not_supported", RouterErrors.killNotSupported());
            return false;
        }
        ByteBuf withId = withConnectionId(classification, payload);
        if (withId == null) {
            return start(new PrepareRun(session, message, payload.toString(Packets.BYTES), classification));
        }
        session.start(new PrepareRun(
                session, framed(Command.STMT_PREPARE, withId), withId.toString(Packets.BYTES), classify(withId)));
        return false;
    }

    private boolean execute(ByteBuf message, ByteBuf payload) {
        int id = readId(payload, 9);
        ClientStatement statement = session.statements().get(id);
        if (isOverRate(statement)) {
            return false;
        }
        if (statement == null) {
            session.replyError("unknown_statement", RouterErrors.unknownStatement(id, "mysqld_stmt_execute"));
            return false;
        }
        if (statement.longData().isMissing()) {
            statement.longData().drop();
            session.replyError(
                    "too_long",
                    RouterErrors.tooLong(
                            session.services().settings().maxPacket().bytes()));
            return false;
        }
        return execute(
                "mysqld_stmt_execute",
                statement,
                () -> ExecuteRun.once(session, message, payload, statement, statementText));
    }

    private boolean executeInBulk(ByteBuf message, ByteBuf payload) {
        if (!CapabilityFlags.has(session.identity().capabilities(), CapabilityFlags.MARIADB_STMT_BULK_OPERATIONS)) {
            session.replyError("unknown_command", RouterErrors.unknownCommand(Command.STMT_BULK_EXECUTE.code()));
            return false;
        }
        int id = readId(payload, 6);
        ClientStatement statement = session.statements().get(id);
        if (isOverRate(statement)) {
            return false;
        }
        if (statement == null) {
            session.replyError("unknown_statement", RouterErrors.unknownStatement(id, "mysqld_stmt_bulk_execute"));
            return false;
        }
        return execute(
                "mysqld_stmt_bulk_execute",
                statement,
                () -> ExecuteRun.inBulk(session, message, payload, statement, statementText));
    }

    /** Whether the user executes too many, and has been told so. A client sends its long data again with the next try. */
    private boolean isOverRate(@Nullable ClientStatement statement) {
        boolean refused = isRefused("user_rate", session.user().overRate());
        if (refused && statement != null) {
            statement.longData().drop();
        }
        return refused;
    }

    /** An execution without its parameters is refused by itself, as servers do: its end is known, and the next goes on. */
    private boolean execute(String function, ClientStatement statement, Supplier<ExecuteRun> execution) {
        ExecuteRun run;
        try {
            run = execution.get();
        } catch (MalformedPacketException e) {
            statement.longData().drop();
            session.replyError("incorrect_arguments", RouterErrors.incorrectArguments(function, e.getMessage()));
            return false;
        }
        session.start(run);
        return true;
    }

    private boolean keepLongData(ByteBuf message, ByteBuf payload) {
        ClientStatement statement = session.statements().get(readId(payload, 6));
        // The command has no answer; what is wrong is said when the statement is executed.
        if (statement == null) {
            return false;
        }
        MemoryBudget all = session.services().memory().input();
        if (!all.hasRoom(message.readableBytes())) {
            session.services().metrics().error("out_of_memory");
            session.refuseAndClose(RouterErrors.outOfMemory(all, message.readableBytes()));
            return false;
        }
        statement.longData().add(message);
        return true;
    }

    private boolean fetch(ByteBuf message, ByteBuf payload) {
        int id = readId(payload, 8);
        ClientStatement statement = session.statements().get(id);
        if (statement == null) {
            session.replyError("unknown_statement", RouterErrors.unknownStatement(id, "mysqld_stmt_fetch"));
            return false;
        }
        if (!session.held().cursors().contains(statement.id())) {
            session.replyError("no_cursor", RouterErrors.noCursor(id));
            return false;
        }
        session.start(new CursorRun(session, message, statement, Expect.ROWS));
        return true;
    }

    private boolean resetStatement(ByteBuf message, ByteBuf payload) {
        int id = readId(payload, 4);
        ClientStatement statement = session.statements().get(id);
        if (statement == null) {
            session.replyError("unknown_statement", RouterErrors.unknownStatement(id, "mysqld_stmt_reset"));
            return false;
        }
        statement.longData().drop();
        if (session.held().cursors().contains(statement.id())) {
            session.start(new CursorRun(session, message, statement, Expect.SINGLE));
            return true;
        }
        session.replyOk();
        return false;
    }

    private boolean closeStatement(ByteBuf payload) {
        ClientStatement statement = session.statements().remove(readId(payload, 4));
        if (statement == null || !session.held().cursors().remove(statement.id())) {
            return false;
        }
        var connection = session.held().connection();
        if (connection != null) {
            connection.statements().forget(statement.name(true));
            if (!session.held().leavesSomething()) {
                session.keeper().giveBack();
            }
        }
        return false;
    }

    private boolean resetConnection(ByteBuf message) {
        if (session.held().connection() == null) {
            session.startOver();
            statementText.startOver();
            session.replyOk();
            return false;
        }
        session.start(new ResetRun(session, message, statementText));
        return true;
    }

    private boolean setOption(ByteBuf payload) {
        if (payload.readableBytes() < 2) {
            throw new MalformedPacketException("COM_SET_OPTION without an option");
        }
        long capabilities = session.memory().key().capabilities();
        boolean on = payload.readUnsignedShortLE() == 0;
        session.keeper().giveBackIfLingering();
        session.memory()
                .capabilitiesAre(
                        on
                                ? capabilities | CapabilityFlags.MULTI_STATEMENTS
                                : capabilities & ~CapabilityFlags.MULTI_STATEMENTS);
        session.reply(OkPacket.writeEnd(
                session.allocator(),
                1,
                session.memory().status(),
                session.identity().capabilities()));
        return false;
    }

    private static int readId(ByteBuf payload, int least) {
        if (payload.readableBytes() < least) {
            throw new MalformedPacketException("a statement command of " + (payload.readableBytes() + 1)
                    + " bytes (expected: at least " + (least + 1) + ")");
        }
        return payload.getIntLE(payload.readerIndex());
    }

    // ---- COM_CHANGE_USER

    private boolean changeUser(ChangeUser wish, ByteBuf message) {
        UserChange change = new UserChange(session, wish, statementText::startOver);
        userChange = change;
        change.begin(PacketFramer.answerSequence(message));
        return false;
    }

    /** Whether what the client sends next is not wanted yet. */
    boolean isComputing() {
        UserChange change = userChange;
        return change != null && change.isComputing();
    }
}
