package com.foobar.web.content;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Where the files of the site come from. Safe for use by any number of event loops. */
public sealed interface ContentRoot extends AutoCloseable permits BuiltInContent, DirectoryContent {
    /**
     * The file, if its current version is known to be in memory. Never blocks.
     *
     * @param name as {@link PathResolver} gives it
     * @return null if only {@link #find} can tell
     */
    SiteFile.@Nullable InMemory inMemory(String name);

    /**
     * Looks the file up, on a thread that may block.
     *
     * @param name as {@link PathResolver} gives it
     * @return the file, owned by the receiver, or null if there is none; fails with the {@link java.io.IOException} that
     *     kept it from being read, or with {@link java.util.concurrent.RejectedExecutionException} if too many wait already
     */
    CompletionStage<@Nullable SiteFile> find(String name);

    /** What it is, for operators: {@code built-in site} or the directory. */
    String description();

    /** Bytes held in memory. */
    long bytesInMemory();

    /** Files held in memory. */
    int filesInMemory();

    @Override
    void close();
}
