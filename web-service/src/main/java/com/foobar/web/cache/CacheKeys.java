package com.foobar.web.cache;

import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.RequestHead;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Under what a response is stored: the URI that the client asked for (RFC 9111 §2). Scheme and host are those that our load balancers report, because app servers make their links of
 * them: responses for two hosts are two.
 */
final class CacheKeys {
    private CacheKeys() {}

    static String of(RequestStream stream) {
        return origin(stream) + stream.head().target();
    }

    /** {@code scheme://host}, without a slash behind. */
    static String origin(RequestStream stream) {
        RequestHead head = stream.head();
        Fields fields = head.fields();
        String proto = fields.joined(FieldName.X_FORWARDED_PROTO);
        String asked = fields.joined(FieldName.X_FORWARDED_HOST);
        String host = head.authority();
        String origin = (proto == null ? stream.connection().scheme() : proto) + "://" + host;
        if (asked != null && !asked.equals(host)) {
            origin += '(' + asked + ')';
        }
        return origin.toLowerCase(Locale.ROOT);
    }

    /**
     * The key of another resource that a response names ({@code Location}, {@code Content-Location}); null unless it is of the same origin, because nobody else may invalidate it
     * (RFC 9111 §4.4).
     */
    static @Nullable String sameOrigin(String origin, @Nullable String reference) {
        if (reference == null) {
            return null;
        }
        if (reference.startsWith("/") && !reference.startsWith("//")) {
            return origin + withoutFragment(reference);
        }
        return reference.length() > origin.length()
                        && reference.regionMatches(true, 0, origin, 0, origin.length())
                        && reference.charAt(origin.length()) == '/'
                ? origin + withoutFragment(reference.substring(origin.length()))
                : null;
    }

    /** The part of a key behind the origin. */
    static String target(String key) {
        int slash = key.indexOf('/', key.indexOf("://") + 3);
        return slash < 0 ? "" : key.substring(slash);
    }

    private static String withoutFragment(String reference) {
        int hash = reference.indexOf('#');
        return hash < 0 ? reference : reference.substring(0, hash);
    }
}
