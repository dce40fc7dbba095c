package com.foobar.http.proxy;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.StickySettings;
import com.foobar.http.message.Cookies;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The cookie that keeps a client at one server (HAProxy's {@code cookie … insert indirect nocache}): servers never see it, and what
 * sets it is no business of shared caches.
 *
 * <p>Its value is a signature of the server's name (HMAC-SHA-256, cut to 192 bits) and nothing else: it says nothing of what is
 * behind us, and nobody who lacks the secret can make one, to aim at a server of their choice. Any load balancer with the same secret
 * and servers of the same names understands it.
 */
final class StickyCookie {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int TOKEN_BYTES = 24;
    /** The beginning of a token tells which server's it would be; it need not be secret, as the rest is. */
    private static final int PREFIX = 8;

    private record Token(BackendServer server, String text) {}

    private final StickySettings settings;
    private final Map<String, Token> byPrefix = new HashMap<>();
    private final Map<BackendServer, String> setCookie = new HashMap<>();

    StickyCookie(Backend backend, StickySettings settings) {
        this.settings = settings;
        for (BackendServer server : backend.servers()) {
            Token token = token(backend, server);
            byPrefix.put(token.text.substring(0, PREFIX), token);
            setCookie.put(server, setCookie(token.text));
        }
    }

    private Token token(Backend backend, BackendServer server) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(settings.secret().reveal().getBytes(StandardCharsets.UTF_8), ALGORITHM));
            // Neither name holds a zero byte.
            byte[] signature = mac.doFinal((backend.name() + '\0' + server.name()).getBytes(StandardCharsets.UTF_8));
            return new Token(server, Base64.getUrlEncoder().encodeToString(Arrays.copyOf(signature, TOKEN_BYTES)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is required of every Java platform", e);
        }
    }

    private String setCookie(String token) {
        StringBuilder text = new StringBuilder()
                .append(settings.cookie())
                .append('=')
                .append(token)
                .append("; Path=/; HttpOnly");
        if (!settings.maxAge().isZero()) {
            text.append("; Max-Age=").append(settings.maxAge().toSeconds());
        }
        if (settings.secure()) {
            text.append("; Secure");
        }
        return text.append("; SameSite=").append(settings.sameSite().text()).toString();
    }

    /** The value of a request's cookie, which is taken out of the request; null where it has none. */
    @Nullable
    String take(Fields request) {
        String value = Cookies.value(request, settings.cookie());
        if (value != null) {
            Cookies.remove(request, settings.cookie());
        }
        return value;
    }

    /** The server that a cookie of this value names; null for one that is not ours. */
    @Nullable
    BackendServer server(String value) {
        Token token = value.length() < PREFIX ? null : byPrefix.get(value.substring(0, PREFIX));
        return token != null && MessageDigest.isEqual(bytes(token.text), bytes(value)) ? token.server : null;
    }

    /** Has the client come back to that server. */
    void set(Fields response, BackendServer server) {
        String cookie = setCookie.get(server);
        if (cookie != null) {
            response.add(FieldName.SET_COOKIE, cookie);
            response.add(FieldName.CACHE_CONTROL, "private");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
