package com.foobar.dbrouter.admin;

import com.foobar.dbrouter.pool.ServerPools;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.IntSupplier;

/** {@code /pools}: clients, and the server connections that serve them. */
public final class PoolsPage implements Handler<HttpServerRequest> {
    private final ServerPools pools;
    private final IntSupplier clients;

    public PoolsPage(ServerPools pools, IntSupplier clients) {
        this.pools = pools;
        this.clients = clients;
    }

    @Override
    public void handle(HttpServerRequest request) {
        JsonArray servers = new JsonArray();
        for (ServerPools.Usage usage : pools.usage()) {
            servers.add(new JsonObject()
                    .put("server", usage.server().name())
                    .put("inUse", usage.inUse())
                    .put("idle", usage.idle())
                    .put("waiting", usage.waiting())
                    .put("max", usage.most()));
        }
        Json.answer(request, new JsonObject().put("clients", clients.getAsInt()).put("servers", servers));
    }
}
