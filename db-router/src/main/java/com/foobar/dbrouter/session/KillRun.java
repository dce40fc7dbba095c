package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.Adoption;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.ServerFailure;
import com.foobar.dbrouter.protocol.Command;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * {@code KILL} of another user's session: the primary is asked whether the user may, by a statement that fails where not.
 * What is counted are privileges of the account itself, not those of roles.
 */
final class KillRun extends PlainRun {
    private static final String MAY_KILL = """
            SELECT (SELECT 1 UNION ALL SELECT 2 FROM DUAL WHERE NOT EXISTS ( \
            SELECT 1 FROM information_schema.user_privileges \
            WHERE privilege_type IN ('SUPER', 'CONNECTION_ADMIN', 'CONNECTION ADMIN') \
            AND grantee = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')))""";

    private final ClientSession victim;
    private final boolean queryOnly;

    private KillRun(ClientSession session, ByteBuf message, ClientSession victim, boolean queryOnly) {
        super(session, message, Expect.SINGLE);
        this.victim = victim;
        this.queryOnly = queryOnly;
    }

    /**
     * Carries out a {@code KILL}, with the servers' answers: error 1094 for an id that is not there, 1095 for one of another
     * user, 1317 for its own.
     *
     * @param id of the router's connection, unsigned
     * @return whether the message was taken over
     */
    static boolean kill(ClientSession session, ByteBuf message, long id, boolean queryOnly) {
        ClientSession victim = session.services().clients().get(id);
        if (victim == null) {
            session.replyError("unknown_connection", RouterErrors.unknownConnection(id));
        } else if (victim == session) {
            if (queryOnly) {
                session.replyError("killed", RouterErrors.interrupted());
            } else {
                session.refuseAndClose(RouterErrors.interrupted());
            }
        } else if (victim.userName().equals(session.userName())) {
            victim.kill(queryOnly);
            session.replyOk();
        } else {
            session.start(new KillRun(session, message, victim, queryOnly));
            return true;
        }
        return false;
    }

    @Override
    void prepare(ServerConnection target, Adoption done) {
        target.run(MAY_KILL, new Adoption() {
            @Override
            public void adopted() {
                done.adopted();
            }

            @Override
            public void refused(ErrPacket error) {
                done.refused(RouterErrors.notOwner(victim.identity().connectionId()));
            }

            @Override
            public void failed(ServerFailure failure) {
                done.failed(failure);
            }

            @Override
            public boolean canRunElsewhere() {
                return done.canRunElsewhere();
            }
        });
    }

    /** The OK that the client gets, with the flags that its connection has. */
    @Override
    ByteBuf request(ServerConnection target) {
        return Packets.command(session.allocator(), Command.QUERY, "DO 1".getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    void succeeded(ServerConnection target, ResponseTracker answer) {
        victim.kill(queryOnly);
    }
}
