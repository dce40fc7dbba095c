package com.foobar.web.conditional;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reading of the Accept-Encoding field (RFC 9110 §12.5.3). */
public final class AcceptEncoding {
    private AcceptEncoding() {}

    /**
     * Whether to send the gzip form of something that exists in both forms: the client accepts gzip, and does not rate
     * the plain form higher. Without the field, plain: it is what every client can read.
     *
     * @param field the field value, several lines joined by a comma; null if there is none
     */
    public static boolean prefersGzip(@Nullable String field) {
        if (field == null) {
            return false;
        }
        if (field.equals("gzip, deflate, br, zstd") || field.equals("gzip, deflate, br") || field.equals("gzip")) {
            return true; // what browsers and most clients send, without taking it apart
        }
        int gzip = -1;
        int identity = -1;
        int any = -1;
        for (String member : field.split(",")) {
            int semicolon = member.indexOf(';');
            String coding = (semicolon < 0 ? member : member.substring(0, semicolon))
                    .strip()
                    .toLowerCase(Locale.ROOT);
            int quality = semicolon < 0 ? 1000 : quality(member.substring(semicolon + 1));
            switch (coding) {
                case "gzip", "x-gzip" -> gzip = Math.max(gzip, quality);
                case "identity" -> identity = quality;
                case "*" -> any = quality;
                default -> {
                    // A coding that we do not have.
                }
            }
        }
        int gzipQuality = gzip >= 0 ? gzip : Math.max(any, 0);
        // Plain is acceptable unless it is excluded, but somebody who names gzip and not identity prefers gzip.
        int identityQuality = identity >= 0 ? identity : 0;
        return gzipQuality > 0 && gzipQuality >= identityQuality;
    }

    /** The weight in thousandths; 0 if it is malformed, so that nothing is sent that the client may not have asked for. */
    private static int quality(String parameters) {
        String text = parameters.strip().toLowerCase(Locale.ROOT);
        if (!text.startsWith("q=")) {
            return 0;
        }
        String value = text.substring(2).strip();
        if (!value.matches("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?")) {
            return 0;
        }
        return (int) Math.round(Double.parseDouble(value) * 1000);
    }
}
