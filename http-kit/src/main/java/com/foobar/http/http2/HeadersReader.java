package com.foobar.http.http2;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.message.Ascii;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.Hosts;
import com.foobar.http.message.MalformedMessage;
import com.foobar.http.message.Method;
import com.foobar.http.message.Protocol;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.WebSocketKey;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes request heads of HTTP/2 header lists, under the rules that HTTP/1.1 heads are under (RFC 9113 §8.2, §8.3): what passes can be written as HTTP/1.1 without changing its meaning. */
final class HeadersReader {
    private static final CharSequence PROTOCOL = Http2Headers.PseudoHeaderName.PROTOCOL.value();

    private HeadersReader() {}

    /** @throws MalformedMessage 400, 414 or 431 */
    static void read(Http2Headers headers, boolean endStream, HttpLimits limits, RequestHead head)
            throws MalformedMessage {
        head.protocol(Protocol.HTTP_2);
        method(headers, head);
        String tunnel = tunnel(headers, endStream, limits, head);
        if (tunnel != null) {
            // What an HTTP/1.1 client would have asked for (RFC 8441 §5).
            head.method(Method.GET);
            head.upgrade(tunnel);
        }
        target(headers, head, limits);
        Fields fields = head.fields();
        authority(headers, fields);
        StringBuilder cookie = null;
        for (Map.Entry<CharSequence, CharSequence> entry : headers) {
            CharSequence name = entry.getKey();
            CharSequence value = entry.getValue();
            if (name.length() > 0 && name.charAt(0) == ':') {
                continue;
            }
            check(name, value);
            if (name.length() == 6 && "cookie".contentEquals(name)) {
                // Cut in pieces to compress better; HTTP/1.1 knows one field (RFC 9113 §8.2.3).
                if (value.length() > 0) {
                    cookie = cookie == null
                            ? new StringBuilder(value)
                            : cookie.append("; ").append(value);
                }
            } else if (!"host".contentEquals(name) && !(tunnel != null && WebSocketKey.KEY.contentEquals(name))) {
                fields.add(name, value);
            }
        }
        if (cookie != null) {
            fields.add(FieldName.COOKIE, cookie);
        }
        if (fields.size() > limits.fields()) {
            throw new MalformedMessage(431, "There are more than " + limits.fields() + " fields.");
        }
        refuseConnectionFields(fields);
        if (tunnel != null) {
            fields.add(WebSocketKey.KEY, WebSocketKey.next());
        }
        head.bodyLength(endStream || tunnel != null ? 0 : bodyLength(fields));
        head.checkExpectation();
    }

    /** The protocol that the stream is to become a tunnel of; null for any other request. */
    private static @Nullable String tunnel(Http2Headers headers, boolean endStream, HttpLimits limits, RequestHead head)
            throws MalformedMessage {
        CharSequence protocol = headers.get(PROTOCOL);
        if (protocol == null) {
            return null;
        }
        if (!limits.extendedConnect() || !head.method().equals(Method.CONNECT) || endStream) {
            throw MalformedMessage.badRequest("The protocol to connect to is out of place.");
        }
        if (!AsciiString.contentEqualsIgnoreCase(HttpHeaderValues.WEBSOCKET, protocol)) {
            throw new MalformedMessage(501, "The protocol to connect to is not known.");
        }
        return HttpHeaderValues.WEBSOCKET.toString();
    }

    /** Adds trailers, but for those that have no place there. */
    static Fields trailers(Http2Headers headers) throws MalformedMessage {
        Fields trailers = Fields.none();
        for (Map.Entry<CharSequence, CharSequence> entry : headers) {
            if (entry.getKey().length() > 0 && entry.getKey().charAt(0) == ':') {
                throw MalformedMessage.badRequest("There is a pseudo-header field among the trailers.");
            }
            check(entry.getKey(), entry.getValue());
            trailers.add(entry.getKey(), entry.getValue());
        }
        trailers.dropFieldsNotForTrailers();
        return trailers;
    }

    private static void method(Http2Headers headers, RequestHead head) throws MalformedMessage {
        CharSequence method = headers.method();
        if (method == null || method.length() == 0 || method.length() > 32) {
            throw MalformedMessage.badRequest("There is no method.");
        }
        for (int i = 0; i < method.length(); i++) {
            if (method.charAt(i) > 127 || !Ascii.isToken((byte) method.charAt(i))) {
                throw MalformedMessage.badRequest("The method is not a token.");
            }
        }
        head.method(Method.of(method));
    }

    private static void target(Http2Headers headers, RequestHead head, HttpLimits limits) throws MalformedMessage {
        CharSequence path = headers.path();
        if (head.method().equals(Method.CONNECT)) {
            return;
        }
        if (headers.scheme() == null) {
            throw MalformedMessage.badRequest("There is no scheme.");
        }
        boolean asterisk =
                path != null && "*".contentEquals(path) && head.method().equals(Method.OPTIONS);
        if (path == null || path.length() == 0 || (path.charAt(0) != '/' && !asterisk)) {
            throw MalformedMessage.badRequest("The path does not begin with a slash.");
        }
        if (path.length() > limits.targetBytes()) {
            throw new MalformedMessage(414, "The request target is longer than " + limits.targetBytes() + " bytes.");
        }
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) > 127 || !Ascii.isTarget((byte) path.charAt(i))) {
                throw MalformedMessage.badRequest("The path has a character that is not allowed.");
            }
        }
        head.target(path);
    }

    private static void authority(Http2Headers headers, Fields fields) throws MalformedMessage {
        CharSequence authority = headers.authority();
        CharSequence host = oneHost(headers);
        if (authority == null) {
            authority = host;
        } else if (host != null && !host.toString().equalsIgnoreCase(authority.toString())) {
            throw MalformedMessage.badRequest("Authority and Host field are not the same.");
        }
        byte[] bytes = authority == null ? new byte[0] : authority.toString().getBytes(StandardCharsets.ISO_8859_1);
        if (authority == null || !Hosts.isValid(bytes, 0, bytes.length)) {
            throw MalformedMessage.badRequest("The authority is not a host and port.");
        }
        fields.add(FieldName.HOST, authority);
    }

    private static @Nullable CharSequence oneHost(Http2Headers headers) throws MalformedMessage {
        var hosts = headers.getAll("host");
        if (hosts.size() > 1) {
            throw MalformedMessage.badRequest("There are several Host fields.");
        }
        return hosts.isEmpty() ? null : hosts.get(0);
    }

    static void check(CharSequence name, CharSequence value) throws MalformedMessage {
        if (name.length() == 0) {
            throw MalformedMessage.badRequest("A field has no name.");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c > 127 || !Ascii.isToken((byte) c) || (c >= 'A' && c <= 'Z')) {
                throw MalformedMessage.badRequest("A field's name has a character that is not allowed.");
            }
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c > 255 || !Ascii.isFieldValue((byte) c)) {
                throw MalformedMessage.badRequest("A field's value has a control character.");
            }
        }
        if (value.length() > 0 && (isSpace(value.charAt(0)) || isSpace(value.charAt(value.length() - 1)))) {
            throw MalformedMessage.badRequest("A field's value begins or ends with white space.");
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    static void refuseConnectionFields(Fields fields) throws MalformedMessage {
        if (fields.has(FieldName.CONNECTION)
                || fields.has(FieldName.TRANSFER_ENCODING)
                || fields.has(FieldName.KEEP_ALIVE)
                || fields.has(FieldName.PROXY_CONNECTION)
                || fields.has(FieldName.UPGRADE)) {
            throw MalformedMessage.badRequest("There is a field of the connection, which HTTP/2 does not have.");
        }
        int te = fields.find(FieldName.TE);
        if (te >= 0 && !fields.valueIs(te, "trailers")) {
            throw MalformedMessage.badRequest("TE is not exactly trailers.");
        }
    }

    private static long bodyLength(Fields fields) throws MalformedMessage {
        long length = fields.contentLength();
        return length < 0 ? RequestHead.UNKNOWN_LENGTH : length;
    }
}
