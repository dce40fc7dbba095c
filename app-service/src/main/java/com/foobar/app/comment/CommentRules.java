package com.foobar.app.comment;

import com.foobar.app.article.ArticleRepository;
import com.foobar.app.db.DbSession;
import com.foobar.app.db.SqlErrors;
import com.foobar.app.db.Statements;
import com.foobar.app.http.ApiError;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commenting on articles. */
public final class CommentRules {
    private final ArticleRepository articles;
    private final CommentRepository comments;

    public CommentRules(ArticleRepository articles, CommentRepository comments) {
        this.articles = articles;
        this.comments = comments;
    }

    /** Newest first; fails with 404 where there is no such article. */
    Future<List<Comment>> list(DbSession db, String slug, long viewer) {
        return db.read(connection ->
                article(connection, slug).compose(article -> comments.ofArticle(connection, article.id(), viewer)));
    }

    Future<Comment> create(Statements tx, String slug, long author, String body) {
        return articles.keyLocked(tx, slug)
                .map(key -> found("article", key))
                .compose(article -> comments.insert(tx, article.id(), author, body, null))
                .recover(CommentRules::callerGone)
                .compose(id -> byId(tx, id, author));
    }

    /** Fails with 404 where there is no such comment. */
    Future<Comment> byId(Statements tx, long id, long viewer) {
        return comments.byId(tx, id, viewer).map(comment -> found("comment", comment));
    }

    /** Only its author may. */
    Future<Void> delete(DbSession db, String slug, long id, long caller) {
        return db.write(tx -> article(tx, slug)
                .compose(article -> comments.author(tx, article.id(), id))
                .compose(author -> {
                    if (found("comment", author) != caller) {
                        throw ApiError.forbidden("comment");
                    }
                    return comments.delete(tx, id);
                }));
    }

    private Future<ArticleRepository.Key> article(Statements db, String slug) {
        return articles.key(db, slug).map(key -> found("article", key));
    }

    private static <T> T found(String what, @Nullable T thing) {
        if (thing == null) {
            throw ApiError.notFound(what);
        }
        return thing;
    }

    /** The article is locked, so the missing one can only be the caller. */
    private static Future<Long> callerGone(Throwable failure) {
        return Future.failedFuture(SqlErrors.isMissingReference(failure) ? ApiError.tokenInvalid() : failure);
    }
}
