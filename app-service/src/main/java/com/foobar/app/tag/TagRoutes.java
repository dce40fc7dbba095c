package com.foobar.app.tag;

import com.foobar.app.http.Access;
import com.foobar.app.http.Endpoint;
import com.foobar.app.http.ReadCall;
import com.foobar.app.http.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.util.List;

/** {@code /api/tags}; there are no rules between this route and its query. */
public final class TagRoutes {
    private final TagRepository tags;

    public TagRoutes(TagRepository tags) {
        this.tags = tags;
    }

    public List<Endpoint> endpoints() {
        return List.of(Endpoint.sharedRead("/api/tags", Access.PUBLIC, this::list));
    }

    private Future<Reply> list(ReadCall call) {
        return call.db().read(tags::recent).map(list -> Reply.ok("tags", new JsonArray(list)));
    }
}
