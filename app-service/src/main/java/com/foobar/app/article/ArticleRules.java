package com.foobar.app.article;

import com.foobar.app.article.ArticleRepository.Stored;
import com.foobar.app.db.DbSession;
import com.foobar.app.db.Rows;
import com.foobar.app.db.SqlErrors;
import com.foobar.app.db.Statements;
import com.foobar.app.http.ApiError;
import com.foobar.app.http.Page;
import io.vertx.core.Future;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writing, reading, listing and liking articles. */
public final class ArticleRules {
    /** With six random characters, a second suffix is needed once in two billion. */
    private static final int SLUG_ATTEMPTS = 4;

    private final ArticleRepository articles;

    public ArticleRules(ArticleRepository articles) {
        this.articles = articles;
    }

    Future<ArticlePage> list(DbSession db, ArticleFilter filter, Page page, long viewer) {
        return filter.meetsNothing()
                ? Future.succeededFuture(new ArticlePage(List.of(), 0))
                : db.read(connection -> articles.page(connection, filter, page, viewer));
    }

    /** Fails with 404 where there is no such article. */
    Future<Article> get(DbSession db, String slug, long viewer) {
        return db.read(connection -> existing(connection, slug, viewer));
    }

    /** As {@link #get}, within a transaction, by what never changes. */
    Future<Article> byId(Statements tx, long id, long viewer) {
        return articles.byId(tx, id, viewer).map(ArticleRules::found);
    }

    Future<Article> publish(Statements tx, long author, NewArticle article) {
        // Newest first is by the one clock that all instances share.
        return create(tx, author, article, null).compose(slug -> existing(tx, slug, author));
    }

    /**
     * Adds an article inside a transaction.
     *
     * @param time when it is said to have been written; null: now, by the database's clock
     * @return its slug
     */
    public Future<String> create(Statements tx, long author, NewArticle article, @Nullable LocalDateTime time) {
        return withFreeSlug(Slug.of(article.title()), slug -> articles.insert(tx, slug, author, article, time)
                        .compose(id -> articles.insertTags(tx, id, article.tags()))
                        .map(slug))
                .recover(ArticleRules::callerGone);
    }

    /** Only its author may; the slug follows the title where that makes another slug. */
    Future<Article> update(DbSession db, String slug, long caller, ArticleChange change) {
        return db.write(tx -> ownForUpdate(tx, slug, caller)
                .compose(stored -> store(tx, stored, change))
                .compose(newSlug -> existing(tx, newSlug, caller)));
    }

    private Future<String> store(Statements tx, Stored old, ArticleChange change) {
        String title = change.title() == null ? old.title() : change.title();
        String wanted = Slug.of(title).equals(Slug.of(old.title())) ? old.slug() : Slug.of(title);
        return withFreeSlug(wanted, slug -> articles.update(
                                tx,
                                new Stored(
                                        old.id(),
                                        old.authorId(),
                                        slug,
                                        title,
                                        change.description() == null ? old.description() : change.description(),
                                        change.body() == null ? old.body() : change.body(),
                                        laterThan(old.updatedAt())))
                        .map(slug))
                .compose(slug -> change.tags() == null
                        ? Future.succeededFuture(slug)
                        : articles.deleteTags(tx, old.id())
                                .compose(v -> articles.insertTags(tx, old.id(), change.tags()))
                                .map(slug));
    }

    /** Only its author may; what hangs on it goes with it. */
    Future<Void> delete(DbSession db, String slug, long caller) {
        return db.write(tx -> ownForUpdate(tx, slug, caller).compose(stored -> articles.delete(tx, stored.id())));
    }

    /** Liking again is fine. */
    Future<Article> favorite(Statements tx, String slug, long caller) {
        return articles.favorite(tx, slug, caller)
                .recover(ArticleRules::callerGone)
                .compose(v -> existing(tx, slug, caller));
    }

    /** Not liking what was not liked is fine. */
    Future<Article> unfavorite(DbSession db, String slug, long caller) {
        return db.writeIdempotent(tx -> articles.unfavorite(tx, slug, caller).compose(v -> existing(tx, slug, caller)));
    }

    private Future<Article> existing(Statements db, String slug, long viewer) {
        return articles.bySlug(db, slug, viewer).map(ArticleRules::found);
    }

    private Future<Stored> ownForUpdate(Statements tx, String slug, long caller) {
        return articles.forUpdate(tx, slug).map(ArticleRules::found).map(stored -> {
            if (stored.authorId() != caller) {
                throw ApiError.forbidden("article");
            }
            return stored;
        });
    }

    private static <T> T found(@Nullable T article) {
        if (article == null) {
            throw ApiError.notFound("article");
        }
        return article;
    }

    /** The unique key on slugs decides who gets one; the others get it with a suffix. */
    private static Future<String> withFreeSlug(String wanted, Function<String, Future<String>> store) {
        return attemptSlug(wanted, Slug.isFree(wanted) ? wanted : Slug.withSuffix(wanted), store, 1);
    }

    private static Future<String> attemptSlug(
            String wanted, String slug, Function<String, Future<String>> store, int attempt) {
        return store.apply(slug)
                .recover(failure -> SqlErrors.isDuplicate(failure) && attempt < SLUG_ATTEMPTS
                        ? attemptSlug(wanted, Slug.withSuffix(wanted), store, attempt + 1)
                        : Future.failedFuture(failure));
    }

    /** An update is always seen in {@code updatedAt}, also by a clock that stands still. */
    private static LocalDateTime laterThan(LocalDateTime before) {
        LocalDateTime now = Rows.now();
        return now.isAfter(before) ? now : before.plus(1, ChronoUnit.MICROS);
    }

    /** The only reference that can be missing is the one to the caller. */
    private static <T> Future<T> callerGone(Throwable failure) {
        return Future.failedFuture(SqlErrors.isMissingReference(failure) ? ApiError.tokenInvalid() : failure);
    }
}
