package com.foobar.app.article;

import com.fasterxml.jackson.core.JsonGenerator;
import com.foobar.app.http.JsonBody;
import java.io.IOException;
import java.util.List;

/**
 * Part of a list of articles.
 *
 * @param total how many the whole list has
 */
record ArticlePage(List<Article> articles, long total) implements JsonBody {
    @Override
    public void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("articles");
        for (Article article : articles) {
            article.write(json);
        }
        json.writeEndArray();
        json.writeNumberField("articlesCount", total);
        json.writeEndObject();
    }
}
