package com.foobar.lb.frontend;

import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestIdentity;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.Unpooled;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends every request to the same path and query elsewhere: 308, so that the method stays (RFC 9110 §15.4.9). Where the request
 * has no target or names no host that can be put into an address, it is answered with 400: a redirect must not carry what a client
 * made up.
 */
final class RedirectHandler implements RequestHandler {
    /** Host (RFC 3986 §3.2.2, without percent-encoding) and perhaps a port. */
    private static final Pattern AUTHORITY =
            Pattern.compile("([A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252})|\\[[0-9A-Fa-f:.]{2,45}])(?::[0-9]{0,5})?");

    /** Says where a request is to go. */
    private interface Origin {
        /** Scheme, host and perhaps port; null where the request names none. */
        @Nullable
        String of(RequestHead head);
    }

    private final Origin origin;

    private RedirectHandler(Origin origin) {
        this.origin = origin;
    }

    /**
     * To the same host by https.
     *
     * @param port that clients use for https, asked for each request
     */
    static RedirectHandler toHttps(IntSupplier port) {
        return new RedirectHandler(head -> {
            Matcher authority = AUTHORITY.matcher(head.authority());
            return authority.matches() ? origin("https", authority.group(1), port.getAsInt()) : null;
        });
    }

    /**
     * To another host.
     *
     * @param target host, host:port or scheme://host:port; what it leaves out is as at the frontend
     * @param scheme of the frontend
     * @param port that clients of the frontend use, asked for each request
     */
    static RedirectHandler to(String target, String scheme, IntSupplier port) {
        if (target.contains("://")) {
            return new RedirectHandler(head -> target);
        }
        boolean hasPort = target.lastIndexOf(':') > target.lastIndexOf(']');
        return new RedirectHandler(head -> hasPort ? scheme + "://" + target : origin(scheme, target, port.getAsInt()));
    }

    private static String origin(String scheme, String host, int port) {
        boolean usual = port == (scheme.equals("https") ? 443 : 80);
        return scheme + "://" + host + (usual ? "" : ":" + port);
    }

    @Override
    public void handle(RequestStream stream) {
        RequestIdentity.establish(stream);
        String target = stream.head().target();
        String to = target.startsWith("/") ? origin.of(stream.head()) : null;
        if (to == null) {
            stream.fail(new ProxyError.Malformed(400, "The request names no address that it could be redirected to."));
            return;
        }
        stream.respond(
                ResponseHead.of(308)
                        .add(FieldName.LOCATION, to + target)
                        .add(FieldName.X_REQUEST_ID, stream.record().requestId()),
                Unpooled.EMPTY_BUFFER);
    }
}
