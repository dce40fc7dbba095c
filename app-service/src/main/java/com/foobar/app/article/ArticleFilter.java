package com.foobar.app.article;

import com.foobar.app.db.PadSpace;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which articles a list has; all conditions hold together.
 *
 * @param tag with this tag
 * @param author by the user of this name
 * @param favoritedBy liked by the user of this name
 * @param feedOf by users whom the user of this number follows
 */
record ArticleFilter(
        @Nullable String tag,
        @Nullable String author,
        @Nullable String favoritedBy,
        @Nullable Long feedOf) {
    static ArticleFilter feed(long userId) {
        return new ArticleFilter(null, null, null, userId);
    }

    /** Whether no article can meet it. */
    boolean meetsNothing() {
        return Stream.of(tag, author, favoritedBy).anyMatch(name -> name != null && PadSpace.namesNothing(name));
    }
}
