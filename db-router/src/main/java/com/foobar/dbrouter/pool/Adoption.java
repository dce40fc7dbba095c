package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.protocol.ErrPacket;

/** What becomes of preparing a connection for a session. Called on the connection's event loop, exactly one of them once. */
public interface Adoption {
    /** It is as was asked for. */
    void adopted();

    /** The server said no; the connection is open, in an unknown state, and reset before anyone else uses it. */
    void refused(ErrPacket error);

    /** The connection has ended. */
    void failed(ServerFailure failure);

    /** @return the same, but that something comes first where all is well */
    default Adoption after(Runnable first) {
        Adoption done = this;
        return new Adoption() {
            @Override
            public void adopted() {
                first.run();
            }

            @Override
            public void refused(ErrPacket error) {
                done.refused(error);
            }

            @Override
            public void failed(ServerFailure failure) {
                done.failed(failure);
            }

            @Override
            public boolean canRunElsewhere() {
                return done.canRunElsewhere();
            }
        };
    }

    /** Whether nothing is lost by {@link #failed}, as it can be done on another connection. */
    default boolean canRunElsewhere() {
        return false;
    }
}
