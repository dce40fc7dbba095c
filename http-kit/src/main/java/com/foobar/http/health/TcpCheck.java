package com.foobar.http.health;

import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.CheckStatus;
import com.foobar.http.backend.HealthCheckSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;

/** Connects, and passes if that works. */
final class TcpCheck implements Check {
    private final Vertx vertx;
    private final HealthCheckSettings settings;
    private final NetClient client;

    TcpCheck(Vertx vertx, HealthCheckSettings settings) {
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
        socket.onSuccess(connected -> check.end(CheckStatus.L4OK, "connected"))
                .onFailure(failure -> check.end(CheckResult.notConnected(failure)));
        return check.future();
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }
}
