package com.foobar.app.db;

/**
 * A statement with {@code ?} for its values, which are always sent apart from the text.
 *
 * @param name what metrics call it: {@code article-by-slug}
 * @param text one of a bounded number of texts, so that it stays prepared
 */
public record Sql(String name, String text) {}
