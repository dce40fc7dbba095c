package com.foobar.web.content;

import com.foobar.web.conditional.ByteRange;
import io.netty.buffer.ByteBuf;
import java.util.List;
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

    /**
     * Reads several parts of a file, on a thread that may block, and closes it.
     *
     * @return the parts in their order, on the heap; fails as {@link #find} does
     */
    CompletionStage<List<ByteBuf>> read(SiteFile.OnDisk file, List<ByteRange> parts);

    /** What it is, for operators: {@code built-in site} or the directory. */
    String description();

    /** Bytes held in memory. */
    long bytesInMemory();

    /** Files held in memory. */
    int filesInMemory();

    @Override
    void close();
}
