package com.foobar.app.article;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Part of a list of articles.
 *
 * @param total how many the whole list has
 */
record ArticlePage(List<Article> articles, long total) {
    JsonObject json() {
        return new JsonObject()
                .put(
                        "articles",
                        new JsonArray(articles.stream().map(Article::json).toList()))
                .put("articlesCount", total);
    }
}
