package com.foobar.dbrouter.admin;

import com.foobar.dbrouter.metrics.DigestReport;
import com.foobar.dbrouter.metrics.StatementDigests;
import com.foobar.dbrouter.session.SessionServices;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code /digests}: the statements that have run, without their values, those that took most time first; at most {@value
 * #MOST}, the rest counted together.
 */
public final class DigestsPage implements Handler<HttpServerRequest> {
    private static final int MOST = 200;

    private final Vertx vertx;
    private final Supplier<Collection<SessionServices>> loops;

    public DigestsPage(Vertx vertx, Supplier<Collection<SessionServices>> loops) {
        this.vertx = vertx;
        this.loops = loops;
    }

    @Override
    public void handle(HttpServerRequest request) {
        Context context = vertx.getOrCreateContext();
        Map<EventLoop, Supplier<List<DigestReport>>> questions = new LinkedHashMap<>();
        loops.get()
                .forEach(loop -> questions.put(loop.loop(), () -> loop.digests().report()));
        OnLoops.collect(questions)
                .onComplete(
                        reports -> context.runOnContext(ignored -> Json.answer(request, page(reports))),
                        failure -> context.runOnContext(ignored ->
                                Json.refuse(request, 503, "Service Unavailable", "The router is stopping.")));
    }

    private static JsonObject page(List<DigestReport> reports) {
        Map<Long, DigestReport> byId = new HashMap<>();
        reports.forEach(report -> byId.merge(report.id(), report, DigestReport::plus));
        DigestReport other = byId.remove(StatementDigests.OTHER);
        List<DigestReport> sorted = byId.values().stream()
                .sorted(Comparator.comparingLong(DigestReport::totalNanos).reversed())
                .toList();
        JsonArray digests = new JsonArray();
        for (DigestReport report : sorted.subList(0, Math.min(MOST, sorted.size()))) {
            digests.add(line(report));
        }
        for (DigestReport report : sorted.subList(Math.min(MOST, sorted.size()), sorted.size())) {
            other = other == null ? report : other.plus(report);
        }
        if (other != null && other.count() > 0) {
            digests.add(line(other).put("digest", "others").put("statement", "(others)"));
        }
        return new JsonObject().put("different", sorted.size()).put("digests", digests);
    }

    private static JsonObject line(DigestReport report) {
        JsonArray routes = new JsonArray();
        report.routes()
                .forEach(route -> routes.add(new JsonObject()
                        .put("server", route.server())
                        .put("reason", route.reason().toLowerCase(Locale.ROOT))
                        .put("count", route.count())));
        long count = report.count();
        return new JsonObject()
                .put("digest", String.format(Locale.ROOT, "%016x", report.id()))
                .put("statement", report.text())
                .put("count", count)
                .put("errors", report.errors())
                .put("rows", report.rows())
                .put("totalSeconds", report.totalNanos() / 1e9)
                .put("averageSeconds", count == 0 ? 0 : report.totalNanos() / 1e9 / count)
                .put("maxSeconds", report.maxNanos() / 1e9)
                .put("routes", routes);
    }
}
