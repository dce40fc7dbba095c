package com.foobar.http.http2;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.HttpDate;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.message.WebSocketKey;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpScheme;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Makes HTTP/2 header lists of heads and trailers. */
final class HeadersWriter {
    private static final ConcurrentMap<FieldName, AsciiString> NAMES = new ConcurrentHashMap<>();
    /** Those that hardly ever have the same value twice. */
    private static final Set<AsciiString> CHANGING = Set.of(
            name(FieldName.AGE),
            name(FieldName.CONTENT_LENGTH),
            name(FieldName.CONTENT_RANGE),
            name(FieldName.ETAG),
            name(FieldName.LOCATION),
            name(FieldName.SERVER_TIMING),
            name(FieldName.SET_COOKIE),
            name(FieldName.X_REQUEST_ID));

    private static final AsciiString[] STATUS = new AsciiString[1000];

    static {
        for (int status = 100; status < 1000; status++) {
            STATUS[status] = AsciiString.cached(Integer.toString(status));
        }
    }

    private HeadersWriter() {}

    /** A request over a connection without TLS, and so of the scheme {@code http}; what the client used is told by {@code X-Forwarded-Proto}. */
    static Http2Headers request(RequestHead head) {
        Fields fields = head.fields();
        Http2Headers headers = new DefaultHttp2Headers(false, fields.size() + 8);
        headers.method(head.method().name())
                .scheme(HttpScheme.HTTP.name())
                .path(new AsciiString(fields.storage(), head.targetStart(), head.targetLength(), true));
        int host = fields.find(FieldName.HOST);
        if (host >= 0 && fields.valueLength(host) > 0) {
            headers.authority(value(fields, host));
        }
        AsciiString[] pairs = new AsciiString[2 * fields.size()];
        int used = copy(fields, pairs);
        for (int i = 0; i < used; i += 2) {
            headers.add(pairs[i], pairs[i + 1]);
        }
        headers.remove(HttpHeaderNames.HOST);
        if (head.bodyLength() > 0 || (head.bodyLength() == 0 && fields.has(FieldName.CONTENT_LENGTH))) {
            headers.add(name(FieldName.CONTENT_LENGTH), Long.toString(head.bodyLength()));
        }
        if (head.acceptsTrailers()) {
            headers.add(name(FieldName.TE), HttpHeaderValues.TRAILERS);
        }
        return headers;
    }

    /** A request for a WebSocket, as an extended CONNECT (RFC 8441). */
    static Http2Headers connect(RequestHead head) {
        Http2Headers headers = request(head).method(HttpMethod.CONNECT.asciiName());
        headers.remove(WebSocketKey.KEY);
        return headers.set(Http2Headers.PseudoHeaderName.PROTOCOL.value(), HttpHeaderValues.WEBSOCKET);
    }

    static Http2Headers response(ResponseHead head) {
        AsciiString[] pairs = new AsciiString[2 * (head.fields().size() + 2)];
        int used = copy(head.fields(), pairs);
        if (head.status() >= 200) {
            if (!head.fields().has(FieldName.DATE)) {
                pairs[used++] = name(FieldName.DATE);
                pairs[used++] = new AsciiString(HttpDate.now().bytes(), false);
            }
            if (head.contentLength() >= 0 && head.status() != 204) {
                pairs[used++] = name(FieldName.CONTENT_LENGTH);
                pairs[used++] = new AsciiString(Long.toString(head.contentLength()));
            }
        }
        // Unvalidated: the fields were checked where they came in.
        return ReadOnlyHttp2Headers.serverHeaders(false, STATUS[head.status()], Arrays.copyOf(pairs, used));
    }

    static Http2Headers trailers(Fields trailers) {
        AsciiString[] pairs = new AsciiString[2 * trailers.size()];
        return ReadOnlyHttp2Headers.trailers(false, Arrays.copyOf(pairs, copy(trailers, pairs)));
    }

    /** Whether a field of that name is better sent as it is than kept by both sides for the next time, where it would take the place of one that comes again. */
    static boolean changes(CharSequence name) {
        return name instanceof AsciiString known && CHANGING.contains(known);
    }

    /** Bytes, counted as in RFC 9113 §6.5.2. */
    static long size(Http2Headers headers) {
        long size = 0;
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            size += field.getKey().length() + field.getValue().length() + 32L;
        }
        return size;
    }

    /** Puts names and values in turn into that array, which has room for all. Returns how much is used of it. */
    private static int copy(Fields fields, AsciiString[] pairs) {
        byte[] storage = fields.storage();
        int used = 0;
        for (int slot = 0; slot < fields.slots(); slot++) {
            if (fields.isRemoved(slot)) {
                continue;
            }
            FieldName known = fields.known(slot);
            if (known != null && isOfConnection(known)) {
                continue;
            }
            pairs[used++] = known != null
                    ? name(known)
                    : new AsciiString(storage, fields.nameStart(slot), fields.nameLength(slot), true).toLowerCase();
            pairs[used++] = value(fields, slot);
        }
        return used;
    }

    private static AsciiString value(Fields fields, int slot) {
        return new AsciiString(fields.storage(), fields.valueStart(slot), fields.valueLength(slot), true);
    }

    private static boolean isOfConnection(FieldName name) {
        return name == FieldName.CONTENT_LENGTH
                || name == FieldName.TRANSFER_ENCODING
                || name == FieldName.CONNECTION
                || name == FieldName.KEEP_ALIVE
                || name == FieldName.PROXY_CONNECTION
                || name == FieldName.UPGRADE;
    }

    private static AsciiString name(FieldName name) {
        AsciiString kept = NAMES.get(name);
        return kept != null ? kept : NAMES.computeIfAbsent(name, known -> AsciiString.cached(known.lowerCase()));
    }
}
