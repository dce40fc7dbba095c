package com.foobar.app.article;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an author changes; null keeps. */
record ArticleChange(
        @Nullable String title,
        @Nullable String description,
        @Nullable String body,
        @Nullable List<String> tags) {}
