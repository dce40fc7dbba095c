package com.foobar.dbrouter.session;

import com.foobar.dbrouter.auth.ClientAuthentication;
import com.foobar.dbrouter.auth.ClientAuthentication.Outcome;
import com.foobar.dbrouter.pool.ConnectionKey;
import com.foobar.dbrouter.pool.SessionState;
import com.foobar.dbrouter.protocol.ChangeUser;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.protocol.OkPacket;
import com.foobar.dbrouter.protocol.PacketFramer;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.routing.Consistency;
import io.netty.buffer.ByteBuf;

/**
 * One COM_CHANGE_USER, until the client has proved to be the other user or its connection ends. Belongs to the session's
 * event loop.
 */
final class UserChange {
    private final ClientSession session;
    private final ChangeUser wish;
    private final ClientAuthentication check;
    private final Runnable changed;
    private boolean computing;
    private boolean becoming;
    private boolean ended;

    /** @param changed runs when the session is the other user's, before the client knows */
    UserChange(ClientSession session, ChangeUser wish, Runnable changed) {
        this.session = session;
        this.wish = wish;
        this.changed = changed;
        this.check = session.services()
                .authenticator()
                .check(
                        session.services().authenticator().defaultPlugin(),
                        session.identity().nonce(),
                        session.identity().secure(),
                        session.identity().address());
    }

    /** Whether the client's next packet is not wanted yet. */
    boolean isComputing() {
        return computing || becoming;
    }

    /** Whether the client's next packet is a command again. */
    boolean isEnded() {
        return ended;
    }

    /** @param sequence of the answer */
    void begin(int sequence) {
        goOn(check.begin(wish.user(), wish.authPlugin(), wish.authResponse()), sequence);
    }

    /** Takes the client's next packet; it is released. */
    void goOn(ByteBuf message) {
        ByteBuf payload = PacketFramer.payload(message);
        byte[] response = new byte[payload.readableBytes()];
        payload.readBytes(response);
        payload.release();
        int sequence = PacketFramer.answerSequence(message);
        message.release();
        goOn(check.answer(response), sequence);
    }

    private void goOn(Outcome outcome, int sequence) {
        int next = sequence;
        byte[] toSend = check.toSend();
        if (toSend != null) {
            session.reply(Packets.packet(session.allocator(), next++, toSend));
        }
        int answer = next & 0xff;
        switch (outcome) {
            case MORE -> {}
            case COMPUTING -> {
                computing = true;
                session.services().authenticator().compute(check, computed -> {
                    computing = false;
                    if (!session.isClosed()) {
                        goOn(computed, answer);
                        session.resume();
                    }
                });
            }
            case DENIED -> {
                ended = true;
                session.services().metrics().authenticated(false);
                session.refuseAndClose(
                        RouterErrors.accessDenied(
                                wish.user(), session.identity().host(), check.passwordGiven()),
                        answer);
            }
            case ACCEPTED -> {
                ended = true;
                become(answer);
            }
        }
    }

    private void become(int sequence) {
        ErrPacket refusal = session.user()
                .become(
                        check.user(),
                        session.identity().address(),
                        session.identity().secure(),
                        check.passwordGiven());
        session.services().metrics().authenticated(refusal == null);
        if (refusal != null) {
            session.services().metrics().error("user_limit");
            session.refuseAndClose(refusal, sequence);
            return;
        }
        // What the client has asked for at its login holds for the connection, unless it says otherwise now.
        String asked = wish.attributes()
                .getOrDefault(ConsistencyChoice.ATTRIBUTE, session.identity().consistency());
        Consistency consistency = session.services().consistency().of(wish.user(), asked);
        if (consistency == null) {
            session.refuseAndClose(RouterErrors.unknownConsistency(asked), sequence);
            return;
        }
        Integer collation = wish.collation();
        ConnectionKey key =
                new ConnectionKey(wish.user(), session.memory().key().capabilities());
        SessionState state = SessionState.ofLogin(
                wish.schema(),
                collation == null ? session.memory().initialState().collation() : collation,
                session.identity().capabilities(),
                session.user().settings());
        session.becomes(key, state, consistency);
        changed.run();
        becoming = true;
        // First, as it may be the last connection that there may be.
        session.keeper().giveBack(() -> new SchemaCheck(session.services(), key, state)
                .run(() -> found(sequence), error -> notFound(error, sequence)));
    }

    private void found(int sequence) {
        becoming = false;
        if (!session.isClosed()) {
            session.reply(OkPacket.write(
                    session.allocator(), sequence, session.memory().status()));
            session.resume();
        }
    }

    /** Nothing is left to go back to: the connection ends, as a server's does. */
    private void notFound(ErrPacket error, int sequence) {
        becoming = false;
        session.refuseAndClose(error, sequence);
    }
}
