package com.foobar.http.http2;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.HttpDate;
import com.foobar.http.message.ResponseHead;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Makes HTTP/2 header lists of response heads and trailers. */
final class HeadersWriter {
    private static final ConcurrentMap<FieldName, AsciiString> NAMES = new ConcurrentHashMap<>();
    private static final AsciiString[] STATUS = new AsciiString[1000];

    static {
        for (int status = 100; status < 1000; status++) {
            STATUS[status] = AsciiString.cached(Integer.toString(status));
        }
    }

    private HeadersWriter() {}

    static Http2Headers response(ResponseHead head) {
        // Unvalidated: the fields were checked where they came in.
        Http2Headers headers = new DefaultHttp2Headers(false, head.fields().size() + 4);
        headers.status(STATUS[head.status()]);
        copy(head.fields(), headers);
        if (head.status() >= 200) {
            if (!head.fields().has(FieldName.DATE)) {
                headers.add(name(FieldName.DATE), HttpDate.now().text());
            }
            if (head.contentLength() >= 0 && head.status() != 204) {
                headers.add(name(FieldName.CONTENT_LENGTH), Long.toString(head.contentLength()));
            }
        }
        return headers;
    }

    static Http2Headers trailers(Fields trailers) {
        Http2Headers headers = new DefaultHttp2Headers(false, trailers.size());
        copy(trailers, headers);
        return headers;
    }

    private static void copy(Fields fields, Http2Headers headers) {
        byte[] storage = fields.storage();
        for (int slot = 0; slot < fields.slots(); slot++) {
            if (fields.isRemoved(slot)) {
                continue;
            }
            FieldName known = fields.known(slot);
            if (known != null && isOfConnection(known)) {
                continue;
            }
            AsciiString name = known != null
                    ? name(known)
                    : new AsciiString(storage, fields.nameStart(slot), fields.nameLength(slot), true).toLowerCase();
            headers.add(name, new AsciiString(storage, fields.valueStart(slot), fields.valueLength(slot), true));
        }
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
        return NAMES.computeIfAbsent(name, known -> AsciiString.cached(known.lowerCase()));
    }
}
