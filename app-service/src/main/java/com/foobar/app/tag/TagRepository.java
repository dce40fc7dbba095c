package com.foobar.app.tag;

import com.foobar.app.db.Rows;
import com.foobar.app.db.Sql;
import com.foobar.app.db.Statements;
import io.vertx.core.Future;
import java.util.List;

/** The tags in {@code article_tags}. */
public final class TagRepository {
    private static final int MAX_LISTED = 1000;

    /** Read from the index alone, one step per tag. */
    private static final Sql RECENT = new Sql(
            "tags", "SELECT tag FROM article_tags GROUP BY tag ORDER BY MAX(article_id) DESC, tag LIMIT " + MAX_LISTED);

    /** Those used last come first; at most {@value #MAX_LISTED}. */
    Future<List<String>> recent(Statements db) {
        return db.run(RECENT).map(rows -> Rows.list(rows, row -> row.getString("tag")));
    }
}
