package com.foobar.web.content;

import static java.util.Map.entry;

import java.util.Locale;
import java.util.Map;

/** Media types by extension, as registered with IANA; text of the web is UTF-8. */
final class MediaTypes {
    private static final MediaType UNKNOWN = binary("application/octet-stream");

    private static final Map<String, MediaType> BY_EXTENSION = Map.ofEntries(
            entry("html", text("text/html")),
            entry("htm", text("text/html")),
            entry("css", text("text/css")),
            // RFC 9239 §6: text/javascript, for modules as well.
            entry("js", text("text/javascript")),
            entry("mjs", text("text/javascript")),
            entry("txt", text("text/plain")),
            entry("md", text("text/markdown")),
            entry("csv", text("text/csv")),
            entry("vtt", text("text/vtt")),
            // RFC 8259 §11: JSON has no charset parameter, it is UTF-8.
            entry("json", new MediaType("application/json", true)),
            entry("map", new MediaType("application/json", true)),
            entry("webmanifest", new MediaType("application/manifest+json", true)),
            entry("xml", text("application/xml")),
            entry("rss", text("application/rss+xml")),
            entry("atom", text("application/atom+xml")),
            entry("svg", text("image/svg+xml")),
            entry("wasm", new MediaType("application/wasm", true)),
            entry("ico", new MediaType("image/vnd.microsoft.icon", true)),
            entry("png", binary("image/png")),
            entry("jpg", binary("image/jpeg")),
            entry("jpeg", binary("image/jpeg")),
            entry("gif", binary("image/gif")),
            entry("webp", binary("image/webp")),
            entry("avif", binary("image/avif")),
            entry("ttf", new MediaType("font/ttf", true)),
            entry("otf", new MediaType("font/otf", true)),
            entry("woff", binary("font/woff")),
            entry("woff2", binary("font/woff2")),
            entry("mp3", binary("audio/mpeg")),
            entry("ogg", binary("audio/ogg")),
            entry("mp4", binary("video/mp4")),
            entry("webm", binary("video/webm")),
            entry("pdf", binary("application/pdf")),
            entry("zip", binary("application/zip")),
            entry("gz", binary("application/gzip")));

    private MediaTypes() {}

    /** The type of a file by the name's last extension, in any case; bytes of unknown type where there is none. */
    static MediaType of(String name) {
        int dot = name.lastIndexOf('.');
        if (dot < 0 || dot < name.lastIndexOf('/')) {
            return UNKNOWN;
        }
        return BY_EXTENSION.getOrDefault(name.substring(dot + 1).toLowerCase(Locale.ROOT), UNKNOWN);
    }

    private static MediaType text(String type) {
        return new MediaType(type + "; charset=utf-8", true);
    }

    private static MediaType binary(String type) {
        return new MediaType(type, false);
    }
}
