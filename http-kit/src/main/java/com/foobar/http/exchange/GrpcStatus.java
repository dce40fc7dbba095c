package com.foobar.http.exchange;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Protocol;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import java.nio.charset.StandardCharsets;

/**
 * An error as clients of gRPC understand it: status 200 and, in place of a body, {@code grpc-status} and {@code grpc-message} (gRPC over HTTP2, Trailers-Only). The codes are those that
 * gRPC's clients make of the HTTP status themselves ("HTTP to gRPC Status Code Mapping"), so that it makes no difference who translates, but for limits: what is too large is so
 * however often it is tried.
 */
final class GrpcStatus {
    private static final String TYPE = "application/grpc";

    private static final int UNKNOWN = 2;
    private static final int PERMISSION_DENIED = 7;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int UNIMPLEMENTED = 12;
    private static final int INTERNAL = 13;
    private static final int UNAVAILABLE = 14;
    private static final int UNAUTHENTICATED = 16;

    private GrpcStatus() {}

    /** Whether it is a call of gRPC: over HTTP/2, and not of gRPC-Web, whose clients want another form. */
    static boolean isWanted(RequestHead head) {
        String type = head.protocol() == Protocol.HTTP_2 ? head.fields().get(FieldName.CONTENT_TYPE) : null;
        if (type == null || !type.regionMatches(true, 0, TYPE, 0, TYPE.length())) {
            return false;
        }
        return type.length() == TYPE.length() || "+; ".indexOf(type.charAt(TYPE.length())) >= 0;
    }

    /** The code for an HTTP status of ours. */
    static int of(int httpStatus) {
        return switch (httpStatus) {
            case 400 -> INTERNAL;
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404 -> UNIMPLEMENTED;
            case 413, 414, 431 -> RESOURCE_EXHAUSTED;
            case 429, 502, 503, 504 -> UNAVAILABLE;
            default -> UNKNOWN;
        };
    }

    /** Answers with that error; the record keeps the error's status. */
    static void answer(RequestStream stream, ProxyError error) {
        stream.recordAs(error.status());
        stream.respond(ResponseHead.of(200)
                .add(FieldName.CONTENT_TYPE, TYPE)
                .add("grpc-status", Integer.toString(of(error.status())))
                .add("grpc-message", encode(error.detail()))
                .add(FieldName.X_REQUEST_ID, stream.record().requestId()));
        stream.end();
    }

    /** Percent-encodes what is not visible ASCII, and the percent sign. */
    static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b <= '~' && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append('%')
                        .append(Character.toUpperCase(Character.forDigit((b >> 4) & 15, 16)))
                        .append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
            }
        }
        return encoded.toString();
    }
}
