package com.foobar.http.message;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The field names that some part of a proxy or of a site acts on. A parser recognises them while it reads, so that asking a head for one of them compares numbers, not text.
 */
public final class FieldName {
    static final int MAX_ID = 64;
    private static final FieldName[] BY_ID = new FieldName[MAX_ID];
    /** Buckets by {@link #hash}; names that share one are chained by {@link #next}. */
    private static final FieldName[] TABLE = new FieldName[256];

    private static int count = 1;

    public static final FieldName ACCEPT = known("Accept");
    public static final FieldName ACCEPT_ENCODING = known("Accept-Encoding");
    public static final FieldName ACCEPT_RANGES = known("Accept-Ranges");
    public static final FieldName AGE = known("Age");
    public static final FieldName ALLOW = known("Allow");
    public static final FieldName AUTHORIZATION = known("Authorization");
    public static final FieldName CACHE_CONTROL = known("Cache-Control");
    public static final FieldName CLIENT_CERT = known("Client-Cert");
    public static final FieldName CLIENT_CERT_CHAIN = known("Client-Cert-Chain");
    public static final FieldName CONNECTION = known("Connection");
    public static final FieldName CONTENT_ENCODING = known("Content-Encoding");
    public static final FieldName CONTENT_LENGTH = known("Content-Length");
    public static final FieldName CONTENT_RANGE = known("Content-Range");
    public static final FieldName CONTENT_TYPE = known("Content-Type");
    public static final FieldName COOKIE = known("Cookie");
    public static final FieldName DATE = known("Date");
    public static final FieldName ETAG = known("ETag");
    public static final FieldName EXPECT = known("Expect");
    public static final FieldName EXPIRES = known("Expires");
    public static final FieldName FORWARDED = known("Forwarded");
    public static final FieldName HOST = known("Host");
    public static final FieldName HTTP2_SETTINGS = known("HTTP2-Settings");
    public static final FieldName IF_MATCH = known("If-Match");
    public static final FieldName IF_MODIFIED_SINCE = known("If-Modified-Since");
    public static final FieldName IF_NONE_MATCH = known("If-None-Match");
    public static final FieldName IF_RANGE = known("If-Range");
    public static final FieldName IF_UNMODIFIED_SINCE = known("If-Unmodified-Since");
    public static final FieldName KEEP_ALIVE = known("Keep-Alive");
    public static final FieldName LAST_MODIFIED = known("Last-Modified");
    public static final FieldName LOCATION = known("Location");
    public static final FieldName PROXY_AUTHENTICATE = known("Proxy-Authenticate");
    public static final FieldName PROXY_AUTHORIZATION = known("Proxy-Authorization");
    public static final FieldName PROXY_CONNECTION = known("Proxy-Connection");
    public static final FieldName RANGE = known("Range");
    public static final FieldName REFERER = known("Referer");
    public static final FieldName RETRY_AFTER = known("Retry-After");
    public static final FieldName SERVER = known("Server");
    public static final FieldName SET_COOKIE = known("Set-Cookie");
    public static final FieldName SERVER_TIMING = known("Server-Timing");
    public static final FieldName STRICT_TRANSPORT_SECURITY = known("Strict-Transport-Security");
    public static final FieldName TE = known("TE");
    public static final FieldName TRACEPARENT = known("traceparent");
    public static final FieldName TRACESTATE = known("tracestate");
    public static final FieldName TRAILER = known("Trailer");
    public static final FieldName TRANSFER_ENCODING = known("Transfer-Encoding");
    public static final FieldName UPGRADE = known("Upgrade");
    public static final FieldName USER_AGENT = known("User-Agent");
    public static final FieldName VARY = known("Vary");
    public static final FieldName VIA = known("Via");
    public static final FieldName X_FORWARDED_FOR = known("X-Forwarded-For");
    public static final FieldName X_FORWARDED_HOST = known("X-Forwarded-Host");
    public static final FieldName X_FORWARDED_PORT = known("X-Forwarded-Port");
    public static final FieldName X_FORWARDED_PROTO = known("X-Forwarded-Proto");
    public static final FieldName X_REAL_IP = known("X-Real-IP");
    public static final FieldName X_REQUEST_ID = known("X-Request-Id");
    public static final FieldName X_SSL_CLIENT_DN = known("X-SSL-Client-DN");

    private final String name;
    private final String lowerCase;
    private final byte[] bytes;
    private final byte[] lowerCaseBytes;
    private final int id;
    private @Nullable FieldName next;

    private FieldName(String name, int id) {
        this.name = name;
        this.lowerCase = name.toLowerCase(java.util.Locale.ROOT);
        this.bytes = name.getBytes(StandardCharsets.US_ASCII);
        this.lowerCaseBytes = lowerCase.getBytes(StandardCharsets.US_ASCII);
        this.id = id;
    }

    private static FieldName known(String name) {
        FieldName field = new FieldName(name, count++);
        BY_ID[field.id] = field;
        int bucket = hash(field.bytes, 0, field.bytes.length);
        field.next = TABLE[bucket];
        TABLE[bucket] = field;
        return field;
    }

    /** Length, first and last letter tell nearly all known names apart. */
    private static int hash(byte[] bytes, int start, int length) {
        int first = bytes[start] | 0x20;
        int last = bytes[start + length - 1] | 0x20;
        return (length * 31 + first * 7 + last * 13) & 0xff;
    }

    /** The known name that lies there in any case, or null. */
    static @Nullable FieldName find(byte[] bytes, int start, int length) {
        FieldName field = length == 0 ? null : TABLE[hash(bytes, start, length)];
        while (field != null) {
            if (Ascii.equalsIgnoreCase(field.lowerCaseBytes, bytes, start, length)) {
                return field;
            }
            field = field.next;
        }
        return null;
    }

    static FieldName byId(int id) {
        return BY_ID[id];
    }

    /** As it is written in HTTP/1.1, for example {@code Content-Type}. */
    public String text() {
        return name;
    }

    /** As it is written in HTTP/2. */
    public String lowerCase() {
        return lowerCase;
    }

    byte[] bytes() {
        return bytes;
    }

    int id() {
        return id;
    }

    long bit() {
        return 1L << id;
    }

    @Override
    public String toString() {
        return name;
    }
}
