package com.foobar.app.comment;

import com.foobar.app.http.Access;
import com.foobar.app.http.ApiError;
import com.foobar.app.http.Call;
import com.foobar.app.http.Endpoint;
import com.foobar.app.http.Fields;
import com.foobar.app.http.ReadCall;
import com.foobar.app.http.Reply;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/** {@code /api/articles/:slug/comments}. */
public final class CommentRoutes {
    private static final String COMMENTS = "/api/articles/:slug/comments";
    private static final int BODY = 16 * 1024;

    private final CommentRules rules;

    public CommentRoutes(CommentRules rules) {
        this.rules = rules;
    }

    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.sharedRead(COMMENTS, Access.OPTIONAL, this::list),
                new Endpoint(HttpMethod.POST, COMMENTS, Access.REQUIRED, this::create),
                new Endpoint(HttpMethod.DELETE, COMMENTS + "/:id", Access.REQUIRED, this::delete));
    }

    private Future<Reply> list(ReadCall call) {
        return rules.list(call.db(), call.path("slug", "article"), call.viewer())
                .map(comments -> Reply.ok(json -> {
                    json.writeStartObject();
                    json.writeArrayFieldStart("comments");
                    for (Comment comment : comments) {
                        comment.write(json);
                    }
                    json.writeEndArray();
                    json.writeEndObject();
                }));
    }

    private Future<Reply> create(Call call) {
        Fields fields = call.fields("comment");
        String body = fields.text("body", BODY);
        fields.check();
        return call.write(
                        tx -> rules.create(tx, call.path("slug", "article"), call.caller(), body),
                        Comment::id,
                        (tx, id) -> rules.byId(tx, id, call.caller()))
                .map(comment -> Reply.created(comment.under("comment")));
    }

    private Future<Reply> delete(Call call) {
        return rules.delete(call.db(), call.path("slug", "article"), id(call.path("id", "comment")), call.caller())
                .map(v -> Reply.noContent());
    }

    /** What is no number names no comment. */
    private static long id(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ApiError.notFound("comment");
        }
    }
}
