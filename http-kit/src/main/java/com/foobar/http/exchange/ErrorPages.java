package com.foobar.http.exchange;

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

        private Page(String mediaType, byte[] content) {
            this.mediaType = mediaType;
            this.content = content;
        }

        /** @throws IOException with the file, if it cannot be read or is longer than 1 MiB */
        static Page read(Path file) throws IOException {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException(file + " is longer than " + MAX_BYTES + " bytes");
            }
            String name = file.toString().toLowerCase(Locale.ROOT);
            String mediaType = name.endsWith(".json")
                    ? "application/json"
                    : name.endsWith(".txt") ? "text/plain; charset=utf-8" : "text/html; charset=utf-8";
            return new Page(mediaType, Files.readAllBytes(file));
        }

        String mediaType() {
            return mediaType;
        }

        byte[] content() {
            return content;
        }
    }

    /**
     * Reads all pages. Blocking.
     *
     * @param files by status
     * @throws UncheckedIOException if one cannot be read
     */
    public static ErrorPages read(Map<Integer, Path> files) {
        Map<Integer, Page> pages = new HashMap<>();
        files.forEach((status, file) -> {
            try {
                pages.put(status, Page.read(file));
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
