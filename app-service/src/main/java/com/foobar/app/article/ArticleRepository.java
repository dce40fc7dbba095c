package com.foobar.app.article;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.foobar.app.db.Rows;
import com.foobar.app.db.Sql;
import com.foobar.app.db.Statements;
import com.foobar.app.http.Page;
import com.foobar.app.profile.Profile;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.mysqlclient.MySQLClient;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tables {@code articles}, {@code article_tags} and {@code favorites}. */
public final class ArticleRepository {
    private static final JsonFactory TAGS = new JsonFactory();
    private static final Sql INSERT = new Sql(
            "article-insert",
            "INSERT INTO articles (slug, author_id, title, description, body, created_at, updated_at)"
                    + " VALUES (?, ?, ?, ?, ?, COALESCE(?, UTC_TIMESTAMP(6)), COALESCE(?, UTC_TIMESTAMP(6)))");
    private static final Sql KEY = new Sql("article-key", "SELECT id, author_id FROM articles WHERE slug = ?");
    /** Spelt so that MySQL and MariaDB both understand it. */
    private static final Sql KEY_LOCKED = new Sql("article-key-locked", KEY.text() + " LOCK IN SHARE MODE");

    private static final Sql FOR_UPDATE = new Sql(
            "article-for-update",
            "SELECT id, author_id, slug, title, description, body, updated_at FROM articles WHERE slug = ? FOR UPDATE");
    private static final Sql UPDATE = new Sql(
            "article-update",
            "UPDATE articles SET slug = ?, title = ?, description = ?, body = ?, updated_at = ? WHERE id = ?");
    private static final Sql DELETE = new Sql("article-delete", "DELETE FROM articles WHERE id = ?");
    private static final Sql TAGS_DELETE =
            new Sql("article-tags-delete", "DELETE FROM article_tags WHERE article_id = ?");
    private static final Sql FAVORITE = new Sql(
            "favorite-insert",
            "INSERT INTO favorites (article_id, user_id, created_at) SELECT a.id, ?, ? FROM articles a"
                    + " WHERE a.slug = ? ON DUPLICATE KEY UPDATE user_id = favorites.user_id");
    private static final Sql UNFAVORITE = new Sql(
            "favorite-delete",
            "DELETE FROM favorites WHERE user_id = ? AND article_id = (SELECT a.id FROM articles a WHERE a.slug = ?)");

    /** What has to be known of an article before something is done with it. */
    public record Key(long id, long authorId) {}

    /** An article as it is stored, locked for a change. */
    record Stored(
            long id,
            long authorId,
            String slug,
            String title,
            String description,
            String body,
            LocalDateTime updatedAt) {}

    /** An article for a viewer; null where there is none. */
    Future<@Nullable Article> bySlug(Statements db, String slug, long viewer) {
        return db.run(ArticleQueries.BY_SLUG, viewer, viewer, slug)
                .map(rows -> Rows.first(rows, row -> article(row, row.getString(ArticleQueries.BODY))));
    }

    /** As {@link #bySlug}, for what may have got another slug meanwhile. */
    Future<@Nullable Article> byId(Statements db, long id, long viewer) {
        return db.run(ArticleQueries.BY_ID, viewer, viewer, id)
                .map(rows -> Rows.first(rows, row -> article(row, row.getString(ArticleQueries.BODY))));
    }

    /** A part of a list, newest first. The second statement is sent as soon as the first has its answer. */
    Future<ArticlePage> page(Statements db, ArticleFilter filter, Page page, long viewer) {
        ArticleQueries queries = ArticleQueries.of(filter);
        Future<RowSet<Row>> total = db.run(queries.count(), queries.countValues());
        Future<RowSet<Row>> articles = db.run(queries.page(), queries.pageValues(viewer, page));
        return Future.all(total, articles)
                .map(both -> new ArticlePage(
                        Rows.list(articles.result(), row -> article(row, null)),
                        total.result().iterator().next().getLong(0)));
    }

    /** The key of an article; null where there is none. */
    public Future<@Nullable Key> key(Statements db, String slug) {
        return db.run(KEY, slug).map(rows -> Rows.first(rows, ArticleRepository::key));
    }

    /** As {@link #key}; the article stays until the transaction ends. */
    public Future<@Nullable Key> keyLocked(Statements db, String slug) {
        return db.run(KEY_LOCKED, slug).map(rows -> Rows.first(rows, ArticleRepository::key));
    }

    /** An article, locked until the transaction ends; null where there is none. */
    Future<@Nullable Stored> forUpdate(Statements db, String slug) {
        return db.run(FOR_UPDATE, slug)
                .map(rows -> Rows.first(
                        rows,
                        row -> new Stored(
                                row.getLong("id"),
                                row.getLong("author_id"),
                                row.getString("slug"),
                                row.getString("title"),
                                row.getString("description"),
                                row.getString("body"),
                                row.getLocalDateTime("updated_at"))));
    }

    /**
     * Adds an article without its tags; fails where the slug is taken, or the author does not exist.
     *
     * @param time when it is said to have been written; null: now, by the database's clock
     */
    Future<Long> insert(Statements db, String slug, long author, NewArticle article, @Nullable LocalDateTime time) {
        return db.run(INSERT, slug, author, article.title(), article.description(), article.body(), time, time)
                .map(rows -> rows.property(MySQLClient.LAST_INSERTED_ID));
    }

    /** Fails where the slug is taken. */
    Future<Void> update(Statements db, Stored article) {
        return db.run(
                        UPDATE,
                        article.slug(),
                        article.title(),
                        article.description(),
                        article.body(),
                        article.updatedAt(),
                        article.id())
                .mapEmpty();
    }

    Future<Void> delete(Statements db, long id) {
        return db.run(DELETE, id).mapEmpty();
    }

    /** Adds tags, in one statement whatever their number. */
    Future<Void> insertTags(Statements db, long id, List<String> tags) {
        if (tags.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Object> values = new ArrayList<>();
        tags.forEach(tag -> {
            values.add(id);
            values.add(tag);
        });
        String text = "INSERT INTO article_tags (article_id, tag) VALUES (?, ?)" + ", (?, ?)".repeat(tags.size() - 1);
        return db.run(new Sql("article-tags-insert", text), values.toArray()).mapEmpty();
    }

    Future<Void> deleteTags(Statements db, long id) {
        return db.run(TAGS_DELETE, id).mapEmpty();
    }

    /** Once is enough: again changes nothing. Fails where the user does not exist. */
    public Future<Void> favorite(Statements db, String slug, long user) {
        return db.run(FAVORITE, user, Rows.now(), slug).mapEmpty();
    }

    Future<Void> unfavorite(Statements db, String slug, long user) {
        return db.run(UNFAVORITE, user, slug).mapEmpty();
    }

    private static Key key(Row row) {
        return new Key(row.getLong("id"), row.getLong("author_id"));
    }

    /** Of the columns of {@link ArticleQueries#COLUMNS}, by position: to find a column by its name takes longer than to read it. */
    private static Article article(Row row, @Nullable String body) {
        return new Article(
                row.getLong(0),
                row.getString(1),
                row.getString(2),
                row.getString(3),
                body,
                tags(row.getValue(6)),
                row.getLocalDateTime(4),
                row.getLocalDateTime(5),
                row.getInteger(8) != 0,
                row.getLong(7),
                Profile.of(row, 9));
    }

    /** MySQL sends JSON, MariaDB text; neither in a stable order. */
    private static List<String> tags(@Nullable Object value) {
        if (value == null) {
            return List.of();
        }
        List<String> tags = new ArrayList<>();
        if (value instanceof JsonArray array) {
            array.forEach(tag -> tags.add(String.valueOf(tag)));
        } else {
            try (JsonParser json = TAGS.createParser(value.toString())) {
                for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                    if (token == JsonToken.VALUE_STRING) {
                        tags.add(json.getText());
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("the database made no JSON of the tags", e);
            }
        }
        tags.sort(null);
        return tags;
    }
}
