package com.foobar.dbrouter.admin;

import com.foobar.dbrouter.session.ClientSession;
import com.foobar.dbrouter.session.ClientSessions;
import com.foobar.dbrouter.session.SessionView;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** {@code /sessions}: the clients that have logged in, in the order of their ids; at most {@value #MOST}. */
public final class SessionsPage implements Handler<HttpServerRequest> {
    private static final int MOST = 1000;

    private final Vertx vertx;
    private final ClientSessions clients;

    public SessionsPage(Vertx vertx, ClientSessions clients) {
        this.vertx = vertx;
        this.clients = clients;
    }

    @Override
    public void handle(HttpServerRequest request) {
        Context context = vertx.getOrCreateContext();
        List<ClientSession> all = List.copyOf(clients.all());
        Map<EventLoop, List<ClientSession>> byLoop = new LinkedHashMap<>();
        all.stream().limit(MOST).forEach(session -> byLoop.computeIfAbsent(session.loop(), loop -> new ArrayList<>())
                .add(session));
        Map<EventLoop, Supplier<List<SessionView>>> questions = new LinkedHashMap<>();
        byLoop.forEach((loop, sessions) ->
                questions.put(loop, () -> sessions.stream().map(SessionView::of).toList()));
        OnLoops.collect(questions)
                .onComplete(
                        views -> context.runOnContext(ignored -> Json.answer(request, page(all.size(), views))),
                        failure -> context.runOnContext(ignored ->
                                Json.refuse(request, 503, "Service Unavailable", "The router is stopping.")));
    }

    private static JsonObject page(int clients, List<SessionView> views) {
        JsonArray lines = new JsonArray();
        views.stream().sorted(Comparator.comparingInt(SessionView::id)).forEach(view -> lines.add(line(view)));
        return new JsonObject()
                .put("clients", clients)
                .put("shown", views.size())
                .put("sessions", lines);
    }

    private static JsonObject line(SessionView view) {
        return new JsonObject()
                .put("id", view.id())
                .put("user", view.user())
                .put("address", view.address())
                .put("tls", view.tls())
                .put("program", view.program())
                .put("database", view.database())
                .put("consistency", view.consistency().name().toLowerCase(Locale.ROOT))
                .put("state", view.state())
                .put("seconds", view.seconds())
                .put("statement", view.statement())
                .put("serverConnection", view.server())
                .put("keptFor", new JsonArray(view.keptFor()));
    }
}
