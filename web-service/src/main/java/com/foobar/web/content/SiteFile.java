package com.foobar.web.content;

import com.foobar.http.message.ResponseHead;
import com.foobar.web.conditional.EntityTag;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One version of one file of the site, found and ready to be sent. */
sealed interface SiteFile {
    /** Path below the content root. */
    String name();

    MediaType type();

    Instant lastModified();

    /** The form that every client can read. */
    Representation plain();

    /** The codings of its other forms, the smallest first. */
    List<String> codings();

    /** The form of one of the {@link #codings}. */
    Representation coded(String coding);

    /** Whether several parts of that many bytes together can be sent in one answer. */
    boolean canSendParts(long bytes);

    /**
     * One form of a file.
     *
     * @param coding {@code br}, {@code zstd} or {@code gzip}; null for the plain form
     * @param tag    names these very bytes: another form or version has another tag
     * @param length bytes
     */
    record Representation(@Nullable String coding, EntityTag tag, long length) {}

    /** A form with its bytes, shared by all event loops. */
    final class Form {
        private final Representation representation;
        private final ByteBuf bytes;
        private volatile @Nullable ResponseHead head;

        Form(Representation representation, ByteBuf bytes) {
            this.representation = representation;
            this.bytes = bytes;
        }

        Representation representation() {
            return representation;
        }

        ByteBuf bytes() {
            return bytes;
        }

        /**
         * The head of the answer with the whole form: a copy of one that is made once, as it is the same for every request.
         *
         * @param maker makes the same whenever it is asked
         */
        ResponseHead head(Supplier<ResponseHead> maker) {
            ResponseHead made = head;
            if (made == null) {
                made = maker.get();
                head = made;
            }
            return made.copy();
        }
    }

    /**
     * A file whose bytes are in memory. Shared by all event loops: the buffers are read-only, and are duplicated before
     * each use. They need no release: the collector frees them when neither the cache nor a response holds them.
     *
     * @param coded the other forms, by length
     */
    record InMemory(
            String name, MediaType type, Instant lastModified, Form whole, List<Form> coded, List<String> codings)
            implements SiteFile {
        InMemory(String name, MediaType type, Instant lastModified, Form whole, List<Form> coded) {
            this(
                    name,
                    type,
                    lastModified,
                    whole,
                    List.copyOf(coded),
                    coded.stream()
                            .map(form -> String.valueOf(form.representation().coding()))
                            .toList());
        }

        @Override
        public Representation plain() {
            return whole.representation();
        }

        @Override
        public Representation coded(String coding) {
            return coded.get(codings.indexOf(coding)).representation();
        }

        @Override
        public boolean canSendParts(long bytes) {
            return true;
        }

        Form form(Representation representation) {
            String coding = representation.coding();
            return coding == null ? whole : coded.get(codings.indexOf(coding));
        }

        ByteBuf bytes(Representation representation) {
            return form(representation).bytes();
        }

        /** Bytes that it occupies, about. */
        long weight() {
            long weight = 1024 + plain().length();
            for (Form form : coded) {
                weight += form.representation().length();
            }
            return weight;
        }
    }

    /**
     * A file that stays on disk and is sent from there. Whoever receives it owns the channel: it is closed by what sends
     * it, or by {@link #close} where nothing is sent.
     */
    record OnDisk(String name, MediaType type, Instant lastModified, Representation plain, FileChannel channel)
            implements SiteFile {
        /** Parts are collected in memory before they are sent, however slow the client is; one alone is not. */
        private static final long MOST_IN_PARTS = 64 * 1024;

        private static final Logger log = LoggerFactory.getLogger(OnDisk.class);

        @Override
        public List<String> codings() {
            return List.of();
        }

        @Override
        public Representation coded(String coding) {
            throw new IllegalArgumentException("there is no such form: " + coding);
        }

        @Override
        public boolean canSendParts(long bytes) {
            return bytes <= MOST_IN_PARTS;
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
