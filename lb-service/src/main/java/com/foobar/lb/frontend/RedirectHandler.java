package com.foobar.lb.frontend;

import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestIdentity;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.Unpooled;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends every request to the same address by https: 308, so that the method stays (RFC 9110 §15.4.9). Where the request names no
 * host that can be put into an address, it is answered with 400: a redirect must not carry what a client made up.
 */
final class RedirectHandler implements RequestHandler {
    private static final int HTTPS_PORT = 443;

    /** Host (RFC 3986 §3.2.2, without percent-encoding) and perhaps a port. */
    private static final Pattern AUTHORITY =
            Pattern.compile("([A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252})|\\[[0-9A-Fa-f:.]{2,45}])(?::[0-9]{0,5})?");

    private final IntSupplier port;

    /** @param port that clients use for https, asked for each request */
    RedirectHandler(IntSupplier port) {
        this.port = port;
    }

    @Override
    public void handle(RequestStream stream) {
        RequestIdentity.establish(stream);
        Matcher authority = AUTHORITY.matcher(stream.head().authority());
        String target = stream.head().target();
        if (!authority.matches() || !target.startsWith("/")) {
            stream.fail(new ProxyError.Malformed(400, "The request names no address that it could be redirected to."));
            return;
        }
        String host = authority.group(1);
        int httpsPort = port.getAsInt();
        String location = "https://" + host + (httpsPort == HTTPS_PORT ? "" : ":" + httpsPort) + target;
        stream.respond(
                ResponseHead.of(308)
                        .add(FieldName.LOCATION, location)
                        .add(FieldName.X_REQUEST_ID, stream.record().requestId()),
                Unpooled.EMPTY_BUFFER);
    }
}
