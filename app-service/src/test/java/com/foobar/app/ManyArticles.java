package com.foobar.app;

import java.sql.SQLException;
import java.sql.Statement;

/** What is in a database that has been used for long: 100,000 articles of 1,000 users, and all that hangs on them. */
final class ManyArticles {
    private static final int ARTICLES = 100_000;

    private static final String[] CONTENT = {
        "INSERT INTO users (id, username, email, password_hash, created_at, updated_at)"
                + " SELECT seq, CONCAT('user', seq), CONCAT('user', seq, '@example.com'), 'x', NOW(6), NOW(6)"
                + " FROM numbers WHERE seq <= 1000",
        // Of "password", by a cost that no instance here has.
        "UPDATE users SET password_hash = '$2a$05$Amq9AiWI7ASheCtttPPPyO8bwG1cKLxyjw3LqCXwaBVsIWjFqJfz.' WHERE id = 7",
        "INSERT INTO articles (id, slug, author_id, title, description, body, created_at, updated_at)"
                + " SELECT seq, CONCAT('article-', seq), 1 + seq % 1000, CONCAT('Article ', seq), 'About it',"
                + " REPEAT('x', 100), NOW(6) - INTERVAL 200000 - seq SECOND, NOW(6) FROM numbers",
        "INSERT INTO article_tags (article_id, tag) SELECT seq, CONCAT('topic', seq % 1000) FROM numbers",
        "INSERT INTO article_tags (article_id, tag) SELECT seq, CONCAT('tag', seq % 20) FROM numbers",
        "INSERT IGNORE INTO favorites (article_id, user_id, created_at)"
                + " SELECT 1 + seq * 31 % 100000, 1 + seq * 7 % 1000, NOW(6) FROM numbers",
        "INSERT IGNORE INTO follows (follower_id, followed_id, created_at)"
                + " SELECT 1 + seq % 1000, 1 + seq * 13 % 1000, NOW(6) FROM numbers WHERE seq <= 20000",
        "INSERT INTO comments (article_id, author_id, body, created_at, updated_at)"
                + " SELECT seq, 1 + seq % 1000, 'Yes', NOW(6), NOW(6) FROM numbers",
        // One that everybody talks about.
        "INSERT INTO comments (article_id, author_id, body, created_at, updated_at)"
                + " SELECT 5, 1 + seq % 1000, 'No', NOW(6), NOW(6) FROM numbers WHERE seq <= 2000",
        // Of users who come later, as many as each may have.
        "INSERT INTO idempotency_keys (user_id, key_hash, fingerprint, created_at)"
                + " SELECT 1001 + seq % 10, UNHEX(SHA2(seq, 256)), UNHEX(SHA2(seq, 256)), NOW(6) - INTERVAL seq SECOND"
                + " FROM numbers WHERE seq <= 9000"
    };

    private ManyArticles() {}

    /** Fills the tables, which are empty, and has them analysed; what the optimizer knows of them then stays as it is. */
    static void load(Statement sql) throws SQLException {
        sql.execute("SET GLOBAL innodb_stats_auto_recalc = OFF");
        sql.execute("SET GLOBAL innodb_stats_persistent_sample_pages = 200");
        sql.execute("CREATE TABLE numbers (seq INT PRIMARY KEY)");
        sql.execute("INSERT INTO numbers VALUES (1)");
        for (int count = 1; count < ARTICLES; count *= 2) {
            sql.execute(
                    "INSERT INTO numbers SELECT seq + " + count + " FROM numbers WHERE seq <= " + (ARTICLES - count));
        }
        for (String statement : CONTENT) {
            sql.execute(statement);
        }
        sql.execute("DROP TABLE numbers");
        sql.execute("ANALYZE TABLE users, articles, article_tags, favorites, follows, comments, idempotency_keys");
    }
}
