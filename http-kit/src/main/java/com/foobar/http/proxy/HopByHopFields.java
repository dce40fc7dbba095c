package com.foobar.http.proxy;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.MalformedMessage;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Fields that end at this hop: the standard ones and those that {@code Connection} nominates (RFC 9110 §7.6.1). */
final class HopByHopFields {
    private static final FieldName[] STANDARD = {
        FieldName.CONNECTION,
        FieldName.KEEP_ALIVE,
        FieldName.PROXY_CONNECTION,
        FieldName.PROXY_AUTHENTICATE,
        FieldName.PROXY_AUTHORIZATION,
        FieldName.TE,
        FieldName.TRAILER,
        FieldName.TRANSFER_ENCODING,
        FieldName.UPGRADE,
        FieldName.HTTP2_SETTINGS
    };

    /** Fields that a nomination must not make disappear: what is behind us relies on them, for framing, routing or access. */
    private static final Set<String> END_TO_END = Set.of(
            "accept",
            "authorization",
            "cache-control",
            "content-encoding",
            "content-length",
            "content-range",
            "content-type",
            "cookie",
            "date",
            "etag",
            "expect",
            "forwarded",
            "host",
            "if-match",
            "if-none-match",
            "location",
            "origin",
            "range",
            "set-cookie",
            "strict-transport-security",
            "traceparent",
            "tracestate",
            "vary",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-forwarded-proto",
            "x-real-ip",
            "x-request-id");

    private HopByHopFields() {}

    /** Whether {@code TE} has {@code trailers}, which is to be said anew to the server. */
    static boolean acceptsTrailers(Fields fields) {
        String te = fields.joined(FieldName.TE);
        if (te == null) {
            return false;
        }
        for (String coding : te.split(",")) {
            if ("trailers".equalsIgnoreCase(coding.strip())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Takes them out of a request's head.
     *
     * @return the names that were nominated, in lower case, which mean the same among its trailers
     * @throws MalformedMessage 400 where the client nominates a field that is none of the connection's business
     */
    static Set<String> stripRequest(Fields fields) throws MalformedMessage {
        Set<String> nominations = Set.of();
        for (int slot = fields.find(FieldName.CONNECTION);
                slot >= 0;
                slot = fields.find(FieldName.CONNECTION, slot + 1)) {
            if (!isPlain(fields, slot)) {
                nominations = nominations.isEmpty() ? new HashSet<>() : nominations;
                for (String nominated :
                        fields.value(slot).toLowerCase(Locale.ROOT).split(",")) {
                    String name = nominated.strip();
                    if (END_TO_END.contains(name)) {
                        throw MalformedMessage.badRequest(
                                "Connection nominates " + name + ", which is not a field of the connection.");
                    }
                    nominations.add(name);
                    fields.remove(name);
                }
            }
        }
        for (FieldName name : STANDARD) {
            fields.remove(name);
        }
        // We have answered it, or will have read the body by ourselves.
        fields.remove(FieldName.EXPECT);
        return nominations;
    }

    /**
     * Takes them out of a response; a nomination of an end-to-end field is passed over.
     *
     * @return as of {@link #stripRequest}
     */
    static Set<String> stripResponse(Fields fields) {
        Set<String> nominations = Set.of();
        for (int slot = fields.find(FieldName.CONNECTION);
                slot >= 0;
                slot = fields.find(FieldName.CONNECTION, slot + 1)) {
            if (!isPlain(fields, slot)) {
                nominations = nominations.isEmpty() ? new HashSet<>() : nominations;
                for (String nominated :
                        fields.value(slot).toLowerCase(Locale.ROOT).split(",")) {
                    String name = nominated.strip();
                    if (!END_TO_END.contains(name)) {
                        nominations.add(name);
                        fields.remove(name);
                    }
                }
            }
        }
        for (FieldName name : STANDARD) {
            fields.remove(name);
        }
        return nominations;
    }

    /**
     * Takes them out of the answer that switches protocols, but for {@code Upgrade}, which tells the client which one it is.
     */
    static void stripSwitch(Fields fields) {
        String protocol = fields.joined(FieldName.UPGRADE);
        stripResponse(fields);
        if (protocol != null) {
            fields.set(FieldName.UPGRADE, protocol);
        }
    }

    /**
     * Whether a wish for these protocols is passed on. Another version of HTTP is not, nor TLS: what a server would then read as requests nobody here would have looked at.
     *
     * @param upgrade the {@code Upgrade} field
     */
    static boolean mayUpgrade(String upgrade) {
        for (String protocol : upgrade.toLowerCase(Locale.ROOT).split(",")) {
            String name = protocol.strip();
            if (name.isEmpty() || name.startsWith("h2c") || name.startsWith("http/") || name.startsWith("tls/")) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(Fields fields, int slot) {
        return fields.valueIs(slot, "keep-alive") || fields.valueIs(slot, "close");
    }
}
