package com.foobar.app.infrastructure;

import com.foobar.app.http.Access;
import com.foobar.app.http.Call;
import com.foobar.app.http.Endpoint;
import com.foobar.app.http.Reply;
import com.foobar.kit.observability.ServerTiming;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/** {@code /api/infrastructure}: which router and database answer, in {@code Server-Timing}, and how fresh, in the body. */
public final class InfrastructureRoutes {
    private final ServingDatabaseRepository databases;

    public InfrastructureRoutes(ServingDatabaseRepository databases) {
        this.databases = databases;
    }

    public List<Endpoint> endpoints() {
        return List.of(new Endpoint(HttpMethod.GET, "/api/infrastructure", Access.PUBLIC, this::tell));
    }

    private Future<Reply> tell(Call call) {
        return call.db().read(databases::find).map(database -> {
            call.addServerTiming(ServerTiming.metric("router", database.router()));
            call.addServerTiming(
                    ServerTiming.metric("db", database.server() + ", " + database.role(), database.nanos()));
            return Reply.ok("database", database.json());
        });
    }
}
