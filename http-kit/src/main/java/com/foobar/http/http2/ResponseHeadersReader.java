package com.foobar.http.http2;

import com.foobar.http.message.Fields;
import com.foobar.http.message.MalformedMessage;
import com.foobar.http.message.ResponseHead;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Map;

/** Makes response heads of a server's HTTP/2 header lists, as strictly as HTTP/1.1 heads are read (RFC 9113 §8.2, §8.3.2): what passes can be written as HTTP/1.1 without changing its meaning. */
public final class ResponseHeadersReader {
    private static final int FIELD_LIMIT = 200;

    private ResponseHeadersReader() {}

    /** @throws MalformedMessage if it is no response */
    public static ResponseHead read(Http2Headers headers) throws MalformedMessage {
        if (headers.size() > FIELD_LIMIT) {
            throw MalformedMessage.badRequest("There are more than " + FIELD_LIMIT + " fields.");
        }
        ResponseHead head = ResponseHead.of(status(headers));
        Fields fields = head.fields();
        for (Map.Entry<CharSequence, CharSequence> entry : headers) {
            CharSequence name = entry.getKey();
            if (name.length() > 0 && name.charAt(0) == ':') {
                if (!":status".contentEquals(name)) {
                    throw MalformedMessage.badRequest("There is a pseudo-header field that responses do not have.");
                }
            } else {
                HeadersReader.check(name, entry.getValue());
                fields.add(name, entry.getValue());
            }
        }
        HeadersReader.refuseConnectionFields(fields);
        head.contentLength(fields.contentLength());
        return head;
    }

    /** @throws MalformedMessage if they are no trailers */
    public static Fields trailers(Http2Headers headers) throws MalformedMessage {
        if (headers.size() > FIELD_LIMIT) {
            throw MalformedMessage.badRequest("There are more than " + FIELD_LIMIT + " trailers.");
        }
        return HeadersReader.trailers(headers);
    }

    private static int status(Http2Headers headers) throws MalformedMessage {
        CharSequence text = headers.status();
        int status = 0;
        if (text != null && text.length() == 3 && headers.getAll(":status").size() == 1) {
            for (int i = 0; i < 3; i++) {
                int digit = text.charAt(i) - '0';
                status = digit < 0 || digit > 9 ? -1000 : status * 10 + digit;
            }
        }
        if (status < 100) {
            throw MalformedMessage.badRequest("The response has no status of three digits.");
        }
        return status;
    }
}
