package com.foobar.kit.observability;

import java.util.Locale;

/**
 * The field by which each tier tells the browser who it was, and how long it took: {@code Server-Timing} (W3C Server Timing),
 * which developer tools show beside a request and the site's own script can read. Each tier adds a line of its own to those of
 * the tiers behind it, so the browser gets the whole way of a request, the last tier first.
 */
public final class ServerTiming {
    public static final String FIELD = "Server-Timing";

    private ServerTiming() {}

    /**
     * One metric, without a time: {@code lb;desc="lb-1"}.
     *
     * @param name a token of RFC 9110 §5.6.2
     * @param description any text; what is not printable ASCII becomes {@code ?}
     */
    public static String metric(String name, String description) {
        StringBuilder text = new StringBuilder(name).append(";desc=\"");
        for (int i = 0; i < description.length(); i++) {
            char c = description.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\');
            }
            text.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return text.append('"').toString();
    }

    /** One metric with its time, which is sent as milliseconds: {@code db;desc="db-2";dur=0.734}. */
    public static String metric(String name, String description, long nanos) {
        return metric(name, description) + String.format(Locale.ROOT, ";dur=%.3f", nanos / 1e6);
    }
}
