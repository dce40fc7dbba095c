package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.protocol.ErrPacket;
import org.jspecify.annotations.Nullable;

/**
 * Several commands of the router's own, sent one behind another: done when all are answered. The first refusal of a required
 * one counts for all. Belongs to the connection's event loop.
 */
final class AllAdopted {
    private final ServerConnection connection;
    private final Adoption done;
    private int unanswered;
    private @Nullable ErrPacket refusal;
    private boolean failed;

    AllAdopted(ServerConnection connection, int commands, Adoption done) {
        this.connection = connection;
        this.unanswered = commands;
        this.done = done;
    }

    /** @return what is told of one of the commands */
    Adoption one(boolean required) {
        return new Adoption() {
            @Override
            public void adopted() {
                answered();
            }

            @Override
            public void refused(ErrPacket error) {
                if (required && refusal == null) {
                    refusal = error;
                    connection.isRefused();
                }
                answered();
            }

            @Override
            public void failed(ServerFailure failure) {
                connectionFailed(failure);
            }

            @Override
            public boolean canRunElsewhere() {
                return done.canRunElsewhere();
            }
        };
    }

    private void answered() {
        if (--unanswered > 0 || failed) {
            return;
        }
        if (refusal == null) {
            done.adopted();
        } else {
            done.refused(refusal);
        }
    }

    private void connectionFailed(ServerFailure failure) {
        if (!failed) {
            failed = true;
            done.failed(failure);
        }
    }
}
