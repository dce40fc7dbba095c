package com.foobar.web;

import com.foobar.http.exchange.ErrorPages;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestIdentity;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Method;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import com.foobar.kit.Readiness;
import com.foobar.kit.http.Problem;
import com.foobar.web.gateway.ApiPaths;
import com.foobar.web.metrics.RequestKind;
import com.foobar.web.security.SecurityFields;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.json.JsonObject;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Decides who answers: the application tier, the site's files, or, asked for our health, we. */
final class WebHandler implements RequestHandler {
    private static final String HEALTH = "/health/ready";

    private final RequestHandler files;
    private final RequestHandler gateway;
    private final @Nullable ErrorPages errorPages;
    private final @Nullable String serverTiming;
    private final Supplier<Readiness> readiness;

    /**
     * @param errorPages in place of our own for those who prefer HTML; null without
     * @param serverTiming metric that names this instance to clients, or null to tell them nothing
     */
    WebHandler(
            RequestHandler files,
            RequestHandler gateway,
            @Nullable ErrorPages errorPages,
            @Nullable String serverTiming,
            Supplier<Readiness> readiness) {
        this.errorPages = errorPages;
        this.files = files;
        this.gateway = gateway;
        this.serverTiming = serverTiming;
        this.readiness = readiness;
    }

    static RequestKind kindOf(RequestHead head) {
        String target = head.target();
        if (ApiPaths.contains(target)) {
            return RequestKind.API;
        }
        return target.equals(HEALTH) || target.startsWith(HEALTH + "?") ? RequestKind.HEALTH : RequestKind.STATIC;
    }

    @Override
    public void handle(RequestStream stream) {
        RequestIdentity.establish(stream);
        ErrorPages pages = errorPages;
        if (pages != null && Problem.prefersHtml(stream.head().fields().get(FieldName.ACCEPT))) {
            stream.useErrorPages(pages);
        }
        if (serverTiming != null) {
            stream.addServerTiming(serverTiming);
        }
        switch (kindOf(stream.head())) {
            case API -> {
                // What app servers say of their own pages counts; what is data they need not say.
                stream.defaultFields(SecurityFields.DATA);
                gateway.handle(stream);
            }
            case STATIC -> files.handle(stream);
            case HEALTH -> health(stream);
        }
    }

    private void health(RequestStream stream) {
        stream.defaultFields(SecurityFields.DATA);
        Method method = stream.head().method();
        if (!method.equals(Method.GET) && !method.equals(Method.HEAD)) {
            stream.fail(new ProxyError.MethodNotAllowed("GET, HEAD"));
            return;
        }
        Readiness now = readiness.get();
        JsonObject body = new JsonObject().put("status", now.isReady() ? "ready" : "not ready");
        if (!now.isReady()) {
            body.put("reason", now.reason());
        }
        ResponseHead head = ResponseHead.of(now.isReady() ? 200 : 503)
                .add(FieldName.CONTENT_TYPE, "application/json")
                .add(FieldName.CACHE_CONTROL, "no-store");
        stream.respond(head, ByteBufUtil.writeUtf8(stream.allocator(), body.encode()));
    }
}
