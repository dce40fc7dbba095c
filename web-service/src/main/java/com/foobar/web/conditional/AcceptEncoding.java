package com.foobar.web.conditional;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reading of the Accept-Encoding field (RFC 9110 §12.5.3). */
public final class AcceptEncoding {
    private AcceptEncoding() {}

    /**
     * Which coded form to send of something that exists in these and plain: the one that the client gives the highest weight, unless it gives the plain form a higher one. Without
     * the field, plain: it is what every client can read.
     *
     * @param field the field value, several lines joined by a comma; null if there is none
     * @param available codings in lower case, of equal weight the first is taken
     * @return one of them, or null for plain
     */
    public static @Nullable String choose(@Nullable String field, List<String> available) {
        if (field == null || available.isEmpty()) {
            return null;
        }
        String[] members = field.split(",", 64);
        String best = null;
        int bestQuality = 0;
        for (String coding : available) {
            int quality = quality(members, coding, true);
            if (quality > bestQuality) {
                best = coding;
                bestQuality = quality;
            }
        }
        // Plain is acceptable unless it is excluded, but somebody who names a coding and not identity prefers the
        // coding.
        return bestQuality >= quality(members, "identity", false) ? best : null;
    }

    /** The weight in thousandths of a coding; of {@code *} where it is not named and that counts for it. */
    private static int quality(String[] members, String wanted, boolean wildcard) {
        int named = -1;
        int any = 0;
        for (String member : members) {
            int semicolon = member.indexOf(';');
            String coding = (semicolon < 0 ? member : member.substring(0, semicolon))
                    .strip()
                    .toLowerCase(Locale.ROOT);
            if (coding.startsWith("x-")) {
                // RFC 9110 §8.4.1.3.
                coding = coding.substring(2);
            }
            if (coding.equals(wanted)) {
                named = Math.max(named, semicolon < 0 ? 1000 : weight(member.substring(semicolon + 1)));
            } else if (wildcard && coding.equals("*")) {
                any = semicolon < 0 ? 1000 : weight(member.substring(semicolon + 1));
            }
        }
        return named >= 0 ? named : any;
    }

    /** In thousandths; 0 if it is malformed, so that nothing is sent that the client may not have asked for. */
    private static int weight(String parameters) {
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
