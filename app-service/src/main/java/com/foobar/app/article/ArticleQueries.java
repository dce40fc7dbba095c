package com.foobar.app.article;

import com.foobar.app.db.Sql;
import com.foobar.app.http.Page;
import com.foobar.app.profile.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The texts of the queries that list articles: one for each combination of conditions, so that there is a bounded number of
 * them and each stays prepared. Whatever a page holds, it costs one query and one count.
 */
final class ArticleQueries {
    /** What every article shows, by {@code a} and its author {@code u}; two values, both the viewer. {@link ArticleRepository} reads them by position. */
    static final String COLUMNS = "a.id, a.slug, a.title, a.description, a.created_at, a.updated_at,"
            + " (SELECT JSON_ARRAYAGG(t.tag) FROM article_tags t WHERE t.article_id = a.id) AS tags,"
            + " (SELECT COUNT(*) FROM favorites l WHERE l.article_id = a.id) AS favorites_count,"
            + " EXISTS (SELECT 1 FROM favorites l WHERE l.article_id = a.id AND l.user_id = ?) AS favorited, "
            + Profile.COLUMNS;

    private static final String SELECT =
            "SELECT " + COLUMNS + ", a.body FROM articles a JOIN users u ON u.id = a.author_id";
    static final Sql BY_SLUG = new Sql("article-by-slug", SELECT + " WHERE a.slug = ?");
    static final Sql BY_ID = new Sql("article-by-id", SELECT + " WHERE a.id = ?");

    /** Where a statement that has it has the body: behind {@link #COLUMNS}. */
    static final int BODY = 9 + Profile.WIDTH;

    private static final int BY_TAG = 1;
    private static final int BY_AUTHOR = 2;
    private static final int BY_FAVORITE = 4;
    private static final int FEED = 8;

    private static final int COMBINATIONS = 16;

    /**
     * The articles of a page, newest first, by combination of conditions. The page is cut from the index first; only its few rows are then joined with what they show. Made once, as a
     * connection finds a prepared statement by its text.
     */
    private static final List<Sql> PAGES = IntStream.range(0, COMBINATIONS)
            .mapToObj(conditions -> new Sql(
                    "article-page",
                    "SELECT " + COLUMNS + " FROM (SELECT c.id FROM " + from(conditions)
                            + " ORDER BY c.created_at DESC, c.id DESC LIMIT ? OFFSET ?) p"
                            + " JOIN articles a ON a.id = p.id JOIN users u ON u.id = a.author_id"
                            + " ORDER BY a.created_at DESC, a.id DESC"))
            .toList();

    /** How many articles the whole list has, by combination of conditions. */
    private static final List<Sql> COUNTS = IntStream.range(0, COMBINATIONS)
            .mapToObj(conditions -> new Sql("article-count", "SELECT COUNT(*) AS total FROM " + from(conditions)))
            .toList();

    private final int conditions;
    private final List<Object> values;

    private ArticleQueries(int conditions, List<Object> values) {
        this.conditions = conditions;
        this.values = values;
    }

    static ArticleQueries of(ArticleFilter filter) {
        int conditions = 0;
        List<Object> values = new ArrayList<>(4);
        if (filter.tag() != null) {
            conditions |= BY_TAG;
            values.add(filter.tag());
        }
        if (filter.author() != null) {
            conditions |= BY_AUTHOR;
            values.add(filter.author());
        }
        if (filter.favoritedBy() != null) {
            conditions |= BY_FAVORITE;
            values.add(filter.favoritedBy());
        }
        if (filter.feedOf() != null) {
            conditions |= FEED;
            values.add(filter.feedOf());
        }
        return new ArticleQueries(conditions, values);
    }

    private static String from(int conditions) {
        StringBuilder from = new StringBuilder("articles c");
        if ((conditions & BY_TAG) != 0) {
            from.append(" JOIN article_tags t ON t.article_id = c.id AND t.tag = ?");
        }
        if ((conditions & BY_AUTHOR) != 0) {
            from.append(" JOIN users w ON w.id = c.author_id AND w.username = ?");
        }
        if ((conditions & BY_FAVORITE) != 0) {
            from.append(" JOIN favorites l ON l.article_id = c.id JOIN users m ON m.id = l.user_id AND m.username = ?");
        }
        if ((conditions & FEED) != 0) {
            from.append(" JOIN follows f ON f.followed_id = c.author_id AND f.follower_id = ?");
        }
        return from.toString();
    }

    Sql page() {
        return PAGES.get(conditions);
    }

    /** In the order of {@link #page}. */
    Object[] pageValues(long viewer, Page page) {
        List<Object> all = new ArrayList<>(List.of(viewer, viewer));
        all.addAll(values);
        all.add(page.limit());
        all.add(page.offset());
        return all.toArray();
    }

    Sql count() {
        return COUNTS.get(conditions);
    }

    /** In the order of {@link #count}. */
    Object[] countValues() {
        return values.toArray();
    }
}
