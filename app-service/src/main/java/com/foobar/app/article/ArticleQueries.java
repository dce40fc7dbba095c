package com.foobar.app.article;

import com.foobar.app.db.Sql;
import com.foobar.app.http.Page;
import com.foobar.app.profile.Profile;
import java.util.ArrayList;
import java.util.List;

/**
 * The texts of the queries that list articles: one for each combination of conditions, so that there is a bounded number of
 * them and each stays prepared. Whatever a page holds, it costs one query and one count.
 */
final class ArticleQueries {
    /** What every article shows, by {@code a} and its author {@code u}; two values, both the viewer. */
    private static final String COLUMNS = "a.id, a.slug, a.title, a.description, a.created_at, a.updated_at,"
            + " (SELECT JSON_ARRAYAGG(t.tag) FROM article_tags t WHERE t.article_id = a.id) AS tags,"
            + " (SELECT COUNT(*) FROM favorites l WHERE l.article_id = a.id) AS favorites_count,"
            + " EXISTS (SELECT 1 FROM favorites l WHERE l.article_id = a.id AND l.user_id = ?) AS favorited, "
            + Profile.COLUMNS;

    private static final String SELECT =
            "SELECT a.body, " + COLUMNS + " FROM articles a JOIN users u ON u.id = a.author_id";
    static final Sql BY_SLUG = new Sql("article-by-slug", SELECT + " WHERE a.slug = ?");
    static final Sql BY_ID = new Sql("article-by-id", SELECT + " WHERE a.id = ?");

    private final String conditions;
    private final List<Object> values;

    private ArticleQueries(String conditions, List<Object> values) {
        this.conditions = conditions;
        this.values = values;
    }

    static ArticleQueries of(ArticleFilter filter) {
        StringBuilder from = new StringBuilder("articles c");
        List<Object> values = new ArrayList<>();
        if (filter.tag() != null) {
            from.append(" JOIN article_tags t ON t.article_id = c.id AND t.tag = ?");
            values.add(filter.tag());
        }
        if (filter.author() != null) {
            from.append(" JOIN users w ON w.id = c.author_id AND w.username = ?");
            values.add(filter.author());
        }
        if (filter.favoritedBy() != null) {
            from.append(" JOIN favorites l ON l.article_id = c.id JOIN users m ON m.id = l.user_id AND m.username = ?");
            values.add(filter.favoritedBy());
        }
        if (filter.feedOf() != null) {
            from.append(" JOIN follows f ON f.followed_id = c.author_id AND f.follower_id = ?");
            values.add(filter.feedOf());
        }
        return new ArticleQueries(from.toString(), values);
    }

    /**
     * The articles of a page, newest first. The page is cut from the index first; only its few rows are then joined with
     * what they show.
     */
    Sql page() {
        return new Sql(
                "article-page",
                "SELECT " + COLUMNS + " FROM (SELECT c.id FROM " + conditions
                        + " ORDER BY c.created_at DESC, c.id DESC LIMIT ? OFFSET ?) p"
                        + " JOIN articles a ON a.id = p.id JOIN users u ON u.id = a.author_id"
                        + " ORDER BY a.created_at DESC, a.id DESC");
    }

    /** In the order of {@link #page}. */
    Object[] pageValues(long viewer, Page page) {
        List<Object> all = new ArrayList<>(List.of(viewer, viewer));
        all.addAll(values);
        all.add(page.limit());
        all.add(page.offset());
        return all.toArray();
    }

    /** How many articles the whole list has. */
    Sql count() {
        return new Sql("article-count", "SELECT COUNT(*) AS total FROM " + conditions);
    }

    /** In the order of {@link #count}. */
    Object[] countValues() {
        return values.toArray();
    }
}
