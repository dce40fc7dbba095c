package com.foobar.dbrouter.topology;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.mysqlclient.MySQLException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/** Checks one server again and again, one check at a time, on the topology's event loop. */
final class ServerMonitor {

    private static final int TIMEOUTS_UNTIL_UNREACHABLE = 2;

    private final Vertx vertx;
    private final DatabaseServer server;
    private final TopologySettings settings;
    private final Consumer<ServerState> onState;
    private final ControlConnection connection;
    private ServerState state;
    private int timeouts;
    private boolean silent;
    private long silentSince;
    private boolean checking;
    private boolean again;
    private boolean closed;
    private long timer = -1;

    /** @param onState is given what every check found */
    ServerMonitor(
            Vertx vertx,
            Context context,
            DatabaseServer server,
            TopologySettings settings,
            ControlLogin login,
            Consumer<ServerState> onState) {
        this.vertx = vertx;
        this.server = server;
        this.settings = settings;
        this.onState = onState;
        this.state = ServerState.unchecked(server);
        this.connection = new ControlConnection(
                vertx,
                context,
                server,
                login,
                settings.timeout(),
                settings.interval().plus(settings.timeout().multipliedBy(2)),
                this::check);
    }

    ServerState state() {
        return state;
    }

    /** Whether it has been unreachable for that long, and has not said a word: to refuse the checks is one. */
    boolean isSilentFor(Duration time) {
        return silent && System.nanoTime() - silentSince >= time.toNanos();
    }

    /** Checks now; where a check is under way, once more after it. */
    void check() {
        if (closed) {
            return;
        }
        if (checking) {
            again = true;
            return;
        }
        if (timer >= 0) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
        checking = true;
        again = false;
        ServerCheck.run(server, connection, state.flavour()).onComplete(this::answered, this::failed);
    }

    void close() {
        closed = true;
        if (timer >= 0) {
            vertx.cancelTimer(timer);
        }
        connection.close();
    }

    private void answered(ServerState found) {
        timeouts = 0;
        hear(true);
        finish(found);
    }

    private void failed(Throwable failure) {
        boolean timeout = failure instanceof TimeoutException;
        timeouts = timeout ? timeouts + 1 : 0;
        if (timeout && timeouts < TIMEOUTS_UNTIL_UNREACHABLE && state.reachable()) {
            finish(state);
        } else {
            hear(!isSilence(failure));
            finish(ServerState.unreachable(
                    server,
                    timeout
                            ? "is unreachable: no answer in "
                                    + settings.timeout().toMillis() + " ms"
                            : "is unreachable: " + reason(failure)));
        }
    }

    /** Whether it is not known to have said anything: an answer that makes no sense is one, too. */
    private static boolean isSilence(Throwable failure) {
        return failure instanceof TimeoutException
                || (failure instanceof IOException && !(failure instanceof SSLException));
    }

    private void hear(boolean anything) {
        if (anything) {
            silent = false;
        } else if (!silent) {
            silent = true;
            silentSince = System.nanoTime();
        }
    }

    private void finish(ServerState found) {
        checking = false;
        if (closed) {
            return;
        }
        state = found;
        onState.accept(found);
        if (again) {
            check();
        } else {
            timer = vertx.setTimer(settings.interval().toMillis(), ignored -> {
                timer = -1;
                check();
            });
        }
    }

    private static String reason(Throwable failure) {
        if (failure instanceof MySQLException error) {
            return said(error);
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /** The server's own words: the exception has them only inside of a text that it makes of all its parts. */
    private static String said(MySQLException error) {
        String text = String.valueOf(error.getMessage());
        String before = "{errorMessage='";
        String after = "', errorCode=" + error.getErrorCode() + ", sqlState='" + error.getSqlState() + "'}";
        boolean asKnown = text.startsWith(before) && text.endsWith(after);
        String words = asKnown ? text.substring(before.length(), text.length() - after.length()) : text;
        return words + " (" + error.getErrorCode() + ")";
    }
}
