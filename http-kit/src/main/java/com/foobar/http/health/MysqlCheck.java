package com.foobar.http.health;

import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.CheckStatus;
import com.foobar.http.backend.HealthCheckSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;

/**
 * Talks to a MySQL or MariaDB server as HAProxy's {@code option mysql-check} does: without a user it waits for the server's
 * greeting, with one it logs in, without a password, and leaves with {@code COM_QUIT}.
 *
 * <p>A server counts connections that leave without a login as errors of the client's host, and blocks that host after {@code
 * max_connect_errors} of them in a row: a user is the better choice. It needs no rights:
 * {@code CREATE USER haproxy@'10.0.0.0/255.255.255.0'}.
 */
final class MysqlCheck implements Check {
    private final Vertx vertx;
    private final HealthCheckSettings settings;
    private final NetClient client;

    MysqlCheck(Vertx vertx, HealthCheckSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
        this.client = vertx.createNetClient(new NetClientOptions()
                .setConnectTimeout(Math.toIntExact(settings.timeout().toMillis())));
    }

    @Override
    public Future<CheckResult> check(BackendServer server) {
        Future<NetSocket> socket = client.connect(
                settings.portOf(server.address()), server.address().host());
        PendingCheck check = new PendingCheck(vertx, settings.timeout(), () -> socket.onSuccess(NetSocket::close));
        socket.onFailure(failure -> check.end(CheckResult.notConnected(failure)))
                .onSuccess(connected -> {
                    check.connected();
                    converse(connected, check);
                });
        return check.future();
    }

    private void converse(NetSocket socket, PendingCheck check) {
        MysqlConversation conversation = new MysqlConversation(settings.user());
        socket.exceptionHandler(failure -> check.end(CheckResult.broken(failure)));
        socket.closeHandler(closed -> check.end(CheckStatus.L7RSP, "connection closed"));
        socket.handler(data -> {
            CheckResult result = conversation.received(data);
            if (conversation.hasAnswer()) {
                Future<Void> written = socket.write(conversation.takeAnswer());
                written.onFailure(failure -> check.end(CheckResult.broken(failure)));
                if (result != null) {
                    // COM_QUIT has to go out before the connection is closed.
                    written.onSuccess(sent -> check.end(result));
                }
            } else if (result != null) {
                check.end(result);
            }
        });
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }
}
