package com.foobar.app.article;

import com.foobar.app.http.Access;
import com.foobar.app.http.Call;
import com.foobar.app.http.Endpoint;
import com.foobar.app.http.Fields;
import com.foobar.app.http.Page;
import com.foobar.app.http.ReadCall;
import com.foobar.app.http.Reply;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/** {@code /api/articles}, but for comments. */
public final class ArticleRoutes {
    private static final String ARTICLES = "/api/articles";
    private static final String FEED = ARTICLES + "/feed";
    private static final String ARTICLE = ARTICLES + "/:slug";
    private static final String FAVORITE = ARTICLE + "/favorite";

    private static final int TITLE = 255;
    private static final int DESCRIPTION = 1000;
    private static final int BODY = 256 * 1024;
    private static final int TAGS = 20;
    private static final int TAG = 40;

    private final ArticleRules rules;

    public ArticleRoutes(ArticleRules rules) {
        this.rules = rules;
    }

    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.sharedRead(ARTICLES, Access.OPTIONAL, this::list),
                new Endpoint(HttpMethod.POST, ARTICLES, Access.REQUIRED, this::create),
                Endpoint.sharedRead(FEED, Access.REQUIRED, this::feed),
                Endpoint.sharedRead(ARTICLE, Access.OPTIONAL, this::get),
                new Endpoint(HttpMethod.PUT, ARTICLE, Access.REQUIRED, this::update),
                new Endpoint(HttpMethod.DELETE, ARTICLE, Access.REQUIRED, this::delete),
                new Endpoint(HttpMethod.POST, FAVORITE, Access.REQUIRED, this::favorite),
                new Endpoint(HttpMethod.DELETE, FAVORITE, Access.REQUIRED, this::unfavorite));
    }

    private Future<Reply> list(ReadCall call) {
        ArticleFilter filter =
                new ArticleFilter(call.query("tag"), call.query("author"), call.query("favorited"), null);
        return rules.list(call.db(), filter, Page.of(call), call.viewer()).map(Reply::ok);
    }

    private Future<Reply> feed(ReadCall call) {
        return rules.list(call.db(), ArticleFilter.feed(call.viewer()), Page.of(call), call.viewer())
                .map(Reply::ok);
    }

    private Future<Reply> get(ReadCall call) {
        return rules.get(call.db(), call.path("slug", "article"), call.viewer()).map(ArticleRoutes::reply);
    }

    private Future<Reply> create(Call call) {
        Fields fields = call.fields("article");
        String title = fields.line("title", TITLE);
        String description = fields.text("description", DESCRIPTION);
        String body = fields.text("body", BODY);
        List<String> tags = fields.isNull("tagList") ? null : fields.tags("tagList", TAGS, TAG);
        fields.check();
        NewArticle article = new NewArticle(title, description, body, tags == null ? List.of() : tags);
        return call.write(
                        tx -> rules.publish(tx, call.caller(), article),
                        Article::id,
                        (tx, id) -> rules.byId(tx, id, call.caller()))
                .map(made -> Reply.created(made.under("article")));
    }

    private Future<Reply> update(Call call) {
        Fields fields = call.fields("article");
        ArticleChange change = new ArticleChange(
                fields.optionalLine("title", TITLE),
                fields.optionalText("description", DESCRIPTION),
                fields.optionalText("body", BODY),
                fields.tags("tagList", TAGS, TAG));
        fields.check();
        return rules.update(call.db(), call.path("slug", "article"), call.caller(), change)
                .map(ArticleRoutes::reply);
    }

    private Future<Reply> delete(Call call) {
        return rules.delete(call.db(), call.path("slug", "article"), call.caller())
                .map(v -> Reply.noContent());
    }

    private Future<Reply> favorite(Call call) {
        return call.writeIdempotent(
                        tx -> rules.favorite(tx, call.path("slug", "article"), call.caller()),
                        Article::id,
                        (tx, id) -> rules.byId(tx, id, call.caller()))
                .map(ArticleRoutes::reply);
    }

    private Future<Reply> unfavorite(Call call) {
        return rules.unfavorite(call.db(), call.path("slug", "article"), call.caller())
                .map(ArticleRoutes::reply);
    }

    private static Reply reply(Article article) {
        return Reply.ok(article.under("article"));
    }
}
