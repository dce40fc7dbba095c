package com.foobar.app.tag;

import com.foobar.app.db.Rows;
import com.foobar.app.db.Sql;
import com.foobar.app.db.Statements;
import io.vertx.core.Future;
import java.util.List;

/** The tags in {@code article_tags}. */
public final class TagRepository {
    private static final int MAX_LISTED = 1000;

    /** Read from the index alone, one step per tag: MariaDB does so only where the groups are not sorted in the same SELECT. */
    private static final Sql RECENT = new Sql(
            "tags",
            "SELECT tag FROM (SELECT tag, MAX(article_id) AS newest FROM article_tags GROUP BY tag) t"
                    + " ORDER BY newest DESC, tag LIMIT " + MAX_LISTED);

    /** Those used last come first; at most {@value #MAX_LISTED}. */
    Future<List<String>> recent(Statements db) {
        return db.run(RECENT).map(rows -> Rows.list(rows, row -> row.getString("tag")));
    }
}
