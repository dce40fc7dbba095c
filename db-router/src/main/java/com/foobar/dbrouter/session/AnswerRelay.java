package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.protocol.ClassicAnswer;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.protocol.PacketFramer;
import com.foobar.dbrouter.protocol.ResponseTracker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Passes the answer of one run on to the client, in the client's form and except what is not for it. Belongs to the session's
 * event loop.
 */
final class AnswerRelay {
    /** What a replica says to a statement that writes after all: read-only server, transaction or mode. */
    private static final Set<Integer> READ_ONLY_ERRORS = Set.of(1290, 1792, 1836);

    /** What a server says that was the primary; other options that prevent a statement have the first code too. */
    private static final Set<Integer> DEMOTED_ERRORS = Set.of(1290, 1836);

    private static final String DEMOTED_WORDS = "read-only";

    /** Interrupted; out of time, as MariaDB and MySQL say it. */
    private static final Set<Integer> ENDINGS = Set.of(1317, 1969, 3024);

    private final ServerRun run;
    private final ClientSession session;
    private final @Nullable ClassicAnswer classic;
    private @Nullable ByteBuf beginning;
    private long bytes;
    private boolean passedOn;
    private boolean withheld;

    AnswerRelay(ServerRun run, ClientSession session) {
        this.run = run;
        this.session = session;
        this.classic = session.classic();
    }

    /** Whether the client has seen something of the answer. */
    boolean hasPassedOn() {
        return passedOn;
    }

    /**
     * Whether the client does not see the answer: it is a replica's refusal or a server's farewell, and the statement runs
     * elsewhere instead, or it left something on a connection that others use too, and the statement runs once more on one of
     * its own.
     */
    boolean isWithheld() {
        return withheld;
    }

    /** Takes the next piece. */
    void received(ByteBuf bytes, ResponseTracker tracker, ServerConnection source) {
        this.bytes += bytes.readableBytes();
        ByteBuf before = beginning;
        ByteBuf piece = before == null ? bytes : Unpooled.wrappedBuffer(before, bytes);
        if (!tracker.known()) {
            // An error can come in pieces too, and some errors are not for the client.
            beginning = piece;
            return;
        }
        beginning = null;
        ErrPacket error = passedOn || !tracker.done() ? null : tracker.error();
        if (error != null) {
            if (isNoAnswer(error, source)) {
                withheld = true;
                piece.release();
                return;
            }
            ErrPacket instead = instead(error);
            if (instead != null) {
                piece.release();
                passedOn = true;
                session.output().write(instead.write(session.allocator(), PacketFramer.answerSequence(run.message)));
                return;
            }
        }
        if (!passedOn && isToRunAlone(tracker, source)) {
            // The client may ask for the warnings, and others' reads behind it clear them away.
            withheld = true;
            piece.release();
            return;
        }
        ByteBuf out = inClientsForm(run.rewrite(piece));
        passedOn = true;
        boolean shared = source.sharing().isShared();
        ClientOutput client = session.output();
        client.write(source.sharing().hasOthers() ? client.owned(out) : out);
        if (!(shared ? client.hasRoomOnceFlushed() : client.hasRoom())) {
            if (shared && !tracker.done()) {
                source.sharing().sendOthersElsewhere();
            }
            source.reading(false);
        }
    }

    /** Of the answer so far. */
    long bytes() {
        return bytes;
    }

    /** What has been ended, by its time or by an administrator, is not begun anew. */
    private static boolean isToRunAlone(ResponseTracker answer, ServerConnection source) {
        ErrPacket error = answer.error();
        return answer.done()
                && source.sharing().hasOthers()
                && !RunCount.leavesNothing(answer)
                && !(error != null && ENDINGS.contains(error.code()));
    }

    /** Whether another server is to be asked, which may say something else. */
    private boolean isNoAnswer(ErrPacket error, ServerConnection source) {
        if (error.isFarewell() && run.canRunElsewhere()) {
            return true;
        }
        if (run.isOnStandIn()) {
            return !run.interruption().hasCome() && !run.interruption().explains(error);
        }
        return !source.sharing().hasOthers() && isReadOnlyRefusal(error, source);
    }

    private boolean isReadOnlyRefusal(ErrPacket error, ServerConnection source) {
        if (run.isHeld() || !run.mayRunAfterRefusal()) {
            return false;
        }
        return session.isPrimary(source.server())
                ? DEMOTED_ERRORS.contains(error.code())
                        && error.message().contains(DEMOTED_WORDS)
                        && run.mayLookForNewPrimary()
                : READ_ONLY_ERRORS.contains(error.code());
    }

    private @Nullable ErrPacket instead(ErrPacket error) {
        // A read-only server may say that before it says that the transaction is read-only, which is the client's
        // business.
        return session.held().isOnReplica() && READ_ONLY_ERRORS.contains(error.code())
                ? RouterErrors.inReadOnlyTransaction()
                : run.interruption(error);
    }

    private ByteBuf inClientsForm(ByteBuf piece) {
        ClassicAnswer form = classic;
        if (form == null) {
            return piece;
        }
        if (!passedOn) {
            form.begin(run.expect(), session.memory().status());
        }
        return form.convert(piece);
    }

    /** Sees a piece of the client's file before the server does. */
    void passFile(ByteBuf packets, boolean last) {
        if (classic != null) {
            classic.passFile(packets, last);
        }
    }

    /** Drops what has not been passed on. */
    void forget() {
        withheld = false;
        bytes = 0;
        if (beginning != null) {
            beginning.release();
            beginning = null;
        }
        if (classic != null) {
            classic.release();
        }
    }
}
