package com.foobar.kit.http;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An error that a tier answers by itself: problem details for programs (RFC 9457), a small page for people.
 *
 * @param status HTTP status, 400 to 599
 * @param title the same for every problem of its kind
 * @param detail what happened this time; must not carry anything that the client may not know
 * @param requestId to be quoted to an operator; null where there is none
 */
public record Problem(
        int status, String title, String detail, @Nullable String requestId) {
    /** Media type of {@link #json}. */
    public static final String JSON = "application/problem+json";

    /** Media type of {@link #html}. */
    public static final String HTML = "text/html; charset=utf-8";

    /** The body for programs. */
    public String json() {
        JsonObject json = new JsonObject()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        if (requestId != null) {
            json.put("requestId", requestId);
        }
        return json.encode();
    }

    /** The body for people: one page without scripts, styles or links to anything else. */
    public String html() {
        return """
                <!doctype html>
                <html lang="en">
                <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%1$d %2$s</title></head>
                <body>
                <main>
                <h1>%2$s</h1>
                <p>%3$s</p>
                <p><small>%1$d%4$s</small></p>
                </main>
                </body>
                </html>
                """.formatted(
                status, escape(title), escape(detail), requestId == null ? "" : " · request " + escape(requestId));
    }

    /**
     * Whether a client would rather have HTML, judged by its {@code Accept} field (RFC 9110 §12.5.1): it names
     * {@code text/html}, as every browser does when it opens a page, and not with quality 0.
     */
    public static boolean prefersHtml(@Nullable String accept) {
        if (accept == null) {
            return false;
        }
        for (String range : accept.split(",", 64)) {
            // No pattern with the space in it: over a field of nothing but spaces that would take a second.
            String[] parts = range.toLowerCase(Locale.ROOT).split(";", -1);
            if (parts[0].strip().equals("text/html")) {
                for (int i = 1; i < parts.length; i++) {
                    if (parts[i].strip().matches("q=0(\\.0{0,3})?")) {
                        return false;
                    }
                }
                return true;
            }
        }
        return false;
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
