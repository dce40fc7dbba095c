package com.foobar.app.article;

import java.util.List;

/** What an author writes. */
public record NewArticle(String title, String description, String body, List<String> tags) {}
