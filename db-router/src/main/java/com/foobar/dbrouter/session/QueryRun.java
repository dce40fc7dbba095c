package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.SessionState;
import com.foobar.dbrouter.protocol.Command;
import com.foobar.dbrouter.protocol.PacketFramer;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.PinReason;
import com.foobar.dbrouter.routing.RouteHint;
import com.foobar.dbrouter.routing.StatementKind;
import com.foobar.dbrouter.routing.Trait;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** COM_QUERY. */
final class QueryRun extends ServerRun {
    private static final String READ_ONLY = "START TRANSACTION READ ONLY";
    private static final Pattern PLAIN_BEGIN =
            Pattern.compile("\\s*(BEGIN(\\s+WORK)?|START\\s+TRANSACTION)[\\s;]*", Pattern.CASE_INSENSITIVE);

    private final StatementText statementText;
    private final boolean beginsReadOnly;
    private final boolean mayUseStandIn;

    /** @param statementText has read the statement last */
    QueryRun(ClientSession session, ByteBuf message, Classification classification, StatementText statementText) {
        super(session, message, classification, Expect.RESULTS);
        this.statementText = statementText;
        ByteBuf sql = PacketFramer.payload(message);
        try {
            count().isOf(session.services()
                    .digests()
                    .of(statementText.digest(), sql.skipBytes(1), statementText.mode()));
        } finally {
            sql.release();
        }
        this.beginsReadOnly = classification.kind() == StatementKind.BEGIN
                && session.memory().readsOnly()
                && PLAIN_BEGIN.matcher(text()).matches();
        this.mayUseStandIn = classification.has(Trait.NEEDS_NO_DATA)
                && classification.hint().target() != RouteHint.Target.PRIMARY
                && canBeCarriedOver();
    }

    private boolean canBeCarriedOver() {
        return switch (classification().kind()) {
            case SET, USE ->
                !isLong() && SessionChanges.canBeCarriedOver(session.memory().state(), classification(), text());
            default -> true;
        };
    }

    /** Then it is not made a String of: those who send much of that would fill the heap. */
    private boolean isLong() {
        return message.readableBytes() - Packets.HEADER - 1 > SessionState.LONGEST_SETTING;
    }

    @Override
    boolean mayUseStandIn() {
        return mayUseStandIn;
    }

    @Override
    boolean mayFollow(ServerConnection target) {
        return isWantedReadAlone();
    }

    @Override
    boolean isForReplicas() {
        return beginsReadOnly || super.isForReplicas();
    }

    /** A replica refuses writes for good only where the statement itself says so. */
    @Override
    ByteBuf request(ServerConnection target) {
        return beginsReadOnly && beganOnReplica(target)
                ? Packets.command(session.allocator(), Command.QUERY, READ_ONLY.getBytes(StandardCharsets.US_ASCII))
                : super.request(target);
    }

    @Override
    String text() {
        if (isLong()) {
            return "";
        }
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
        boolean among =
                classification().statements() > 1 && classification().pins().contains(PinReason.SESSION_VARIABLE);
        if (kind == StatementKind.SET || kind == StatementKind.USE || among) {
            SessionChanges.note(session, target, answer, classification(), isLong() ? null : text(), statementText);
        }
    }
}
