package com.foobar.dbrouter.topology;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks the primary how far it has come, on a connection of one event loop. */
final class PrimaryProbe {

    private final Vertx vertx;
    private final Context context;
    private final ControlLogin login;
    private final Duration timeout;
    private @Nullable DatabaseServer asked;
    private @Nullable ControlConnection connection;

    PrimaryProbe(Vertx vertx, Context context, ControlLogin login, Duration timeout) {
        this.vertx = vertx;
        this.context = context;
        this.login = login;
        this.timeout = timeout;
    }

    /**
     * What a primary says of itself.
     *
     * @param readOnly whether it has become so: then another server may have become the primary and acknowledged writes that
     *     this one does not know
     */
    record Answer(Position position, boolean readOnly) {}

    /** Its position now; fails where it does not answer. */
    Future<Answer> ask(DatabaseServer primary, Flavour flavour) {
        return connectionTo(primary).query(flavour.positionStatement()).map(rows -> {
            Row row = rows.iterator().next();
            boolean readOnly = !String.valueOf(row.getValue(1)).equals("0");
            return new Answer(flavour.parse(String.valueOf(row.getValue(0))), readOnly);
        });
    }

    void close() {
        ControlConnection open = connection;
        if (open != null) {
            open.close();
        }
    }

    private ControlConnection connectionTo(DatabaseServer primary) {
        ControlConnection current = connection;
        if (current == null || !primary.equals(asked)) {
            if (current != null) {
                current.close();
            }
            current = new ControlConnection(
                    vertx, context, primary, login, timeout, ReplicaFollower.IDLE_LIMIT, () -> {});
            connection = current;
            asked = primary;
        }
        return current;
    }
}
