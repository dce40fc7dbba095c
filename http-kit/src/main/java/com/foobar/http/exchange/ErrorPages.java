package com.foobar.http.exchange;

import com.foobar.http.message.Fields;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is answered in place of our own error responses, by status. Immutable; read once. */
public final class ErrorPages {
    /** Longer than any page that tells of an error needs to be. */
    static final int MAX_BYTES = 1 << 20;

    private final Map<Integer, Page> pages;

    private ErrorPages(Map<Integer, Page> pages) {
        this.pages = Map.copyOf(pages);
    }

    /** A file's content and its media type, which the name's end tells: {@code .json}, {@code .txt}, otherwise HTML. */
    public static final class Page {
        private final String mediaType;
        private final byte[] content;
        private final Fields fields;

        private Page(String mediaType, byte[] content, Fields fields) {
            this.mediaType = mediaType;
            this.content = content;
            this.fields = fields;
        }

        /** @throws IOException with the file, if it cannot be read or is longer than 1 MiB */
        static Page read(Path file) throws IOException {
            return read(file, Fields.none());
        }

        private static Page read(Path file, Fields fields) throws IOException {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException(file + " is longer than " + MAX_BYTES + " bytes");
            }
            String name = file.toString().toLowerCase(Locale.ROOT);
            String mediaType = name.endsWith(".json")
                    ? "application/json"
                    : name.endsWith(".txt") ? "text/plain; charset=utf-8" : "text/html; charset=utf-8";
            return new Page(mediaType, Files.readAllBytes(file), fields);
        }

        String mediaType() {
            return mediaType;
        }

        byte[] content() {
            return content;
        }

        /** What is sent with it. */
        Fields fields() {
            return fields;
        }
    }

    /**
     * Reads all pages. Blocking.
     *
     * @param files by status
     * @throws UncheckedIOException if one cannot be read
     */
    public static ErrorPages read(Map<Integer, Path> files) {
        return read(files, Fields.none());
    }

    /**
     * As {@link #read(Map)}.
     *
     * @param fields sent with each page, such as what a browser is told for its safety; not changed any more
     */
    public static ErrorPages read(Map<Integer, Path> files, Fields fields) {
        Map<Integer, Page> pages = new HashMap<>();
        files.forEach((status, file) -> {
            try {
                pages.put(status, Page.read(file, fields));
            } catch (IOException e) {
                throw new UncheckedIOException("the page of status " + status + " cannot be read: " + e, e);
            }
        });
        return new ErrorPages(pages);
    }

    /** The page of that status, or null. */
    @Nullable
    Page of(int status) {
        return pages.get(status);
    }
}
