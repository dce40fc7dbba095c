package com.foobar.app.comment;

import com.foobar.app.db.Rows;
import com.foobar.app.db.Sql;
import com.foobar.app.db.Statements;
import com.foobar.app.profile.Profile;
import io.vertx.core.Future;
import io.vertx.mysqlclient.MySQLClient;
import io.vertx.sqlclient.Row;
import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table {@code comments}. */
public final class CommentRepository {
    /** How many comments an article shows at most: the newest. */
    private static final int MAX_LISTED = 1000;

    /** How many bytes of text they have at most, names, bios and images of their authors included. One comment has fewer. */
    private static final int MAX_LISTED_BYTES = 1 << 20;

    private static final String SELECT =
            "SELECT c.id, c.created_at, c.updated_at, c.body, " + Profile.COLUMNS + " FROM ";
    private static final String TABLES = "comments c JOIN users u ON u.id = c.author_id";
    private static final Sql INSERT = new Sql(
            "comment-insert",
            "INSERT INTO comments (article_id, author_id, body, created_at, updated_at)"
                    + " VALUES (?, ?, ?, COALESCE(?, UTC_TIMESTAMP(6)), COALESCE(?, UTC_TIMESTAMP(6)))");
    private static final Sql BY_ID = new Sql("comment-by-id", SELECT + TABLES + " WHERE c.id = ?");

    /** The sizes first, of so many: a text that is not shown is not sent either, however long. */
    private static final Sql OF_ARTICLE = new Sql(
            "comments-of-article",
            SELECT + "(SELECT s.id, SUM(s.bytes) OVER (ORDER BY s.created_at DESC, s.id DESC"
                    + " ROWS UNBOUNDED PRECEDING) AS bytes FROM (SELECT c.id, c.created_at, OCTET_LENGTH(c.body)"
                    + " + OCTET_LENGTH(u.username) + COALESCE(OCTET_LENGTH(u.bio), 0)"
                    + " + COALESCE(OCTET_LENGTH(u.image), 0) AS bytes FROM " + TABLES
                    + " WHERE c.article_id = ? ORDER BY c.created_at DESC, c.id DESC LIMIT " + MAX_LISTED + ") s) p"
                    + " JOIN comments c ON c.id = p.id JOIN users u ON u.id = c.author_id WHERE p.bytes <= "
                    + MAX_LISTED_BYTES + " ORDER BY c.created_at DESC, c.id DESC");

    private static final Sql AUTHOR =
            new Sql("comment-author", "SELECT author_id FROM comments WHERE id = ? AND article_id = ? FOR UPDATE");
    private static final Sql DELETE = new Sql("comment-delete", "DELETE FROM comments WHERE id = ?");

    /**
     * Adds a comment; fails where the article or the author does not exist (any more).
     *
     * @param time when it is said to have been written; null: now, by the database's clock
     */
    public Future<Long> insert(Statements db, long article, long author, String body, @Nullable LocalDateTime time) {
        return db.run(INSERT, article, author, body, time, time)
                .map(rows -> rows.property(MySQLClient.LAST_INSERTED_ID));
    }

    Future<@Nullable Comment> byId(Statements db, long id, long viewer) {
        return db.run(BY_ID, viewer, id).map(rows -> Rows.first(rows, CommentRepository::comment));
    }

    /** Newest first: at most {@value #MAX_LISTED}, and of {@value #MAX_LISTED_BYTES} bytes together. */
    Future<List<Comment>> ofArticle(Statements db, long article, long viewer) {
        return db.run(OF_ARTICLE, viewer, article).map(rows -> Rows.list(rows, CommentRepository::comment));
    }

    /** The author of a comment on that article, which is locked until the transaction ends; null where there is none. */
    Future<@Nullable Long> author(Statements db, long article, long id) {
        return db.run(AUTHOR, id, article).map(rows -> Rows.first(rows, row -> row.getLong("author_id")));
    }

    Future<Void> delete(Statements db, long id) {
        return db.run(DELETE, id).mapEmpty();
    }

    /** Of the columns of {@link #SELECT}. */
    private static Comment comment(Row row) {
        return new Comment(
                row.getLong(0), row.getLocalDateTime(1), row.getLocalDateTime(2), row.getString(3), Profile.of(row, 4));
    }
}
