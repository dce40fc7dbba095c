package com.foobar.dbrouter.admin;

import com.foobar.dbrouter.topology.ServerState;
import com.foobar.dbrouter.topology.Topology;
import com.foobar.dbrouter.topology.TopologySnapshot;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** {@code /topology}: the servers, what each is, and how far it has come. */
public final class TopologyPage implements Handler<HttpServerRequest> {
    private final Topology topology;

    public TopologyPage(Topology topology) {
        this.topology = topology;
    }

    @Override
    public void handle(HttpServerRequest request) {
        TopologySnapshot snapshot = topology.snapshot();
        ServerState primary = snapshot.primary();
        JsonArray servers = new JsonArray();
        for (ServerState state : snapshot.servers()) {
            var position = state.position();
            var lag = state.lag();
            servers.add(new JsonObject()
                    .put("name", state.server().name())
                    .put("address", state.server().host() + ":" + state.server().port())
                    .put("role", state.role().toString())
                    .put("reachable", state.reachable())
                    .put("answersReads", snapshot.replicas().contains(state))
                    .put("version", state.version())
                    .put("position", position == null ? null : position.text())
                    .put("applying", state.applying())
                    .put("lagSeconds", lag == null ? null : lag.toMillis() / 1000.0)
                    .put("lagTransactions", snapshot.missing(state))
                    .put("weight", state.server().weight())
                    .put("zone", state.server().zone())
                    .put("detail", state.detail()));
        }
        Json.answer(
                request,
                new JsonObject()
                        .put(
                                "primary",
                                primary == null ? null : primary.server().name())
                        .put("problem", snapshot.problem())
                        .put("servers", servers));
    }
}
