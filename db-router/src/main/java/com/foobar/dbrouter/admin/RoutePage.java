package com.foobar.dbrouter.admin;

import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.Consistency;
import com.foobar.dbrouter.routing.LexicalMode;
import com.foobar.dbrouter.routing.PinReason;
import com.foobar.dbrouter.routing.ReplicaFunctions;
import com.foobar.dbrouter.routing.RouteHint;
import com.foobar.dbrouter.routing.StatementClassifier;
import com.foobar.dbrouter.routing.StatementDigest;
import com.foobar.dbrouter.routing.Trait;
import com.foobar.dbrouter.session.ConsistencyChoice;
import com.foobar.dbrouter.topology.Position;
import com.foobar.dbrouter.topology.ReadDemand;
import com.foobar.dbrouter.topology.ReadEligibility;
import com.foobar.dbrouter.topology.Topology;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/**
 * {@code POST /route}: where a statement would go now, and why; it is not run. The body is the statement, or as {@code
 * application/json} an object with {@code statement} and, where they matter, {@code user}, {@code consistency}, {@code
 * sqlMode}, {@code inTransaction} and {@code pinned}.
 */
public final class RoutePage implements Handler<HttpServerRequest> {
    private static final int LONGEST = 64 << 10;
    private static final Set<String> KEYS =
            Set.of("statement", "user", "consistency", "sqlMode", "inTransaction", "pinned");

    private final Topology topology;
    private final ConsistencyChoice consistency;
    private final Duration maxLag;
    private final Supplier<ReplicaFunctions> functions;

    public RoutePage(
            Topology topology, ConsistencyChoice consistency, Duration maxLag, Supplier<ReplicaFunctions> functions) {
        this.topology = topology;
        this.consistency = consistency;
        this.maxLag = maxLag;
        this.functions = functions;
    }

    @Override
    public void handle(HttpServerRequest request) {
        Buffer body = Buffer.buffer();
        request.handler(piece -> {
            if (body.length() <= LONGEST) {
                body.appendBuffer(piece);
            }
        });
        request.endHandler(ignored -> {
            if (body.length() > LONGEST) {
                Json.refuse(request, 413, "Content Too Large", "At most " + LONGEST + " bytes.");
                return;
            }
            try {
                Json.answer(request, explain(question(request, body)));
            } catch (DecodeException | ClassCastException | IllegalArgumentException e) {
                Json.refuse(request, 400, "Bad Request", String.valueOf(e.getMessage()));
            }
        });
    }

    private static JsonObject question(HttpServerRequest request, Buffer body) {
        String type = request.getHeader("Content-Type");
        JsonObject question = type != null && type.startsWith("application/json")
                ? body.toJsonObject()
                : new JsonObject().put("statement", body.toString(StandardCharsets.UTF_8));
        for (String key : question.fieldNames()) {
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException(key + ": unknown (expected: one of " + KEYS + ")");
            }
        }
        if (question.getString("statement", "").isBlank()) {
            throw new IllegalArgumentException("statement: none (expected: the text of one)");
        }
        return question;
    }

    private JsonObject explain(JsonObject question) {
        ByteBuf sql = Unpooled.copiedBuffer(question.getString("statement"), StandardCharsets.UTF_8);
        LexicalMode mode = LexicalMode.of(question.getString("sqlMode", ""), "utf8mb4");
        Classification statement = StatementClassifier.classify(sql, mode, functions.get());
        RouteHint hint = statement.hint();
        Consistency usual = usual(question);
        boolean held = question.getBoolean("inTransaction", false) || question.getBoolean("pinned", false);
        boolean forReplicas = statement.isForReplicas() && hint.target() != RouteHint.Target.PRIMARY && !held;
        JsonArray pins = new JsonArray();
        for (PinReason pin : statement.pins()) {
            pins.add(label(pin));
        }
        JsonObject answer = new JsonObject()
                .put("statement", StatementDigest.text(sql, mode))
                .put("digest", String.format(Locale.ROOT, "%016x", StatementDigest.hash(sql, mode)))
                .put("kind", label(statement.kind()))
                .put("reason", label(statement.reason()))
                .put("statements", statement.statements())
                .put("pins", pins)
                .put("asksForLastStatement", statement.asksForLastStatement())
                .put("hint", hint.equals(RouteHint.NONE) ? "none" : hint.understood() ? "followed" : "not understood")
                .put("goesTo", goesTo(statement, hint, held, forReplicas));
        if (forReplicas) {
            answer.put("consistency", label(hint.consistency(usual))).put("servers", servers(demand(hint, usual)));
        }
        return answer;
    }

    private Consistency usual(JsonObject question) {
        String asked = question.getString("consistency");
        Consistency chosen = consistency.of(question.getString("user", ""), asked);
        if (chosen == null) {
            throw new IllegalArgumentException(
                    "consistency: " + asked + " (expected: eventual, token, session, strict)");
        }
        return chosen;
    }

    /** Of a session that has written and whose position is told with each write, at its level. */
    private static ReadDemand demand(RouteHint hint, Consistency usual) {
        ReadDemand demand =
                switch (hint.consistency(usual)) {
                    case STRICT -> ReadDemand.STRICT;
                    case SESSION -> ReadDemand.NOTHING_WRITTEN;
                    case TOKEN ->
                        hint.token().isEmpty() ? ReadDemand.EVENTUAL : ReadDemand.token(Position.parse(hint.token()));
                    case EVENTUAL -> ReadDemand.EVENTUAL;
                };
        return demand.of(server -> true, hint.maxLag());
    }

    private JsonArray servers(ReadDemand demand) {
        JsonArray servers = new JsonArray();
        for (ReadEligibility one : ReadEligibility.of(topology.snapshot(), demand, maxLag)) {
            servers.add(new JsonObject()
                    .put("server", one.server().name())
                    .put("mayAnswer", one.mayAnswer())
                    .put("why", one.why()));
        }
        return servers;
    }

    private static String goesTo(Classification statement, RouteHint hint, boolean held, boolean forReplicas) {
        if (held) {
            return "the session's own connection";
        }
        if (forReplicas) {
            return "a replica that may answer it, else the primary";
        }
        if (statement.asksForLastStatement()) {
            return "the connection of the statement before";
        }
        if (hint.target() == RouteHint.Target.PRIMARY) {
            return "the primary, by its hint";
        }
        return statement.has(Trait.NEEDS_NO_DATA) ? "the primary; while there is none, a replica may" : "the primary";
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
