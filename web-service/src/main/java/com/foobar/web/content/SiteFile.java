package com.foobar.web.content;

import com.foobar.web.conditional.EntityTag;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One version of one file of the site, found and ready to be sent. */
sealed interface SiteFile {
    /** Path below the content root. */
    String name();

    MediaType type();

    Instant lastModified();

    /** The forms it can be sent in. */
    Representation plain();

    /** The gzip form, where there is one. */
    @Nullable
    Representation gzip();

    /**
     * One form of a file.
     *
     * @param tag    names these very bytes: another form or version has another tag
     * @param length bytes
     */
    record Representation(EntityTag tag, long length) {}

    /**
     * A file whose bytes are in memory. Shared by all event loops: the buffers are read-only, and are duplicated before
     * each use. They need no release: the collector frees them when neither the cache nor a response holds them.
     */
    record InMemory(
            String name,
            MediaType type,
            Instant lastModified,
            Representation plain,
            ByteBuf plainBytes,
            @Nullable Representation gzip,
            @Nullable ByteBuf gzipBytes)
            implements SiteFile {

        /** Bytes that it occupies, about. */
        long weight() {
            return 1024 + plain.length() + (gzip == null ? 0 : gzip.length());
        }
    }

    /**
     * A file that stays on disk and is sent from there. Whoever receives it owns the channel: it is closed by what sends
     * it, or by {@link #close} where nothing is sent.
     */
    record OnDisk(String name, MediaType type, Instant lastModified, Representation plain, FileChannel channel)
            implements SiteFile {
        private static final Logger log = LoggerFactory.getLogger(OnDisk.class);

        @Override
        public @Nullable Representation gzip() {
            return null;
        }

        void close() {
            try {
                channel.close();
            } catch (IOException e) {
                // It was opened for reading only: nothing can be lost, and the descriptor is gone either way.
                log.debug("{}: closing failed", name, e);
            }
        }
    }
}
