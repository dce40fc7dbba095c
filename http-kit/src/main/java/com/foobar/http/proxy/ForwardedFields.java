package com.foobar.http.proxy;

import com.foobar.http.exchange.ClientCertificate;
import com.foobar.http.exchange.ClientConnection;
import com.foobar.http.exchange.ForwardedChain;
import com.foobar.http.exchange.RequestIdentity;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.Ascii;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.Hosts;
import com.foobar.http.message.RequestHead;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Tells the server behind us who asked and how: X-Forwarded-For/-Proto/-Host, Forwarded (RFC 7239), the client's certificate (RFC 9440), X-Request-Id and traceparent. */
final class ForwardedFields {
    private static final String FAMILY = "x-forwarded-";

    private ForwardedFields() {}

    /** Puts the fields into the request's head, and the ids into its record. */
    static void apply(RequestStream stream, ForwardedMode mode) {
        RequestHead head = stream.head();
        Fields fields = head.fields();
        ClientConnection connection = stream.connection();
        ForwardedChain chain = stream.record().forwarded();
        if (chain != null) {
            continueChain(fields, head.authority(), connection, chain);
        } else if (mode == ForwardedMode.EDGE) {
            replace(fields, head.authority(), connection);
        } else {
            append(fields, head.authority(), connection);
        }
        RequestIdentity.establish(stream);
    }

    /** Takes what looks like them out of a request's trailers, where they never belong: servers that put both together would believe a client. */
    static void strip(Fields trailers, ForwardedMode mode) {
        if (mode == ForwardedMode.EDGE) {
            removeFamily(trailers);
            removeUnderscores(trailers);
        }
    }

    /** Keeps what a trusted proxy vouches for: its chain from the client on, and one scheme and host. What the client claimed before that is left out. */
    private static void continueChain(
            Fields fields, String authority, ClientConnection connection, ForwardedChain chain) {
        String scheme = single(fields, FieldName.X_FORWARDED_PROTO);
        String host = single(fields, FieldName.X_FORWARDED_HOST);
        boolean https = scheme == null ? connection.tls() : "https".equalsIgnoreCase(scheme);
        String asked = host != null && isHost(host) ? host : authority;
        removeAll(fields);
        StringBuilder addresses = new StringBuilder(64);
        StringBuilder forwarded = new StringBuilder(128);
        for (InetAddress address : chain.addresses()) {
            String text = ForwardedChain.text(address);
            addresses.append(text).append(", ");
            node(forwarded, text).append(", ");
        }
        fields.add(FieldName.X_FORWARDED_FOR, addresses.append(connection.remoteHost()))
                .add(FieldName.X_FORWARDED_PROTO, https ? "https" : "http")
                .add(FieldName.FORWARDED, forwarded.append(element(connection, authority)));
        if (!asked.isEmpty()) {
            fields.add(FieldName.X_FORWARDED_HOST, asked);
        }
    }

    private static @Nullable String single(Fields fields, FieldName name) {
        int slot = fields.find(name);
        return slot < 0 || fields.find(name, slot + 1) >= 0 ? null : fields.value(slot);
    }

    private static boolean isHost(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return Hosts.isValid(bytes, 0, bytes.length);
    }

    private static void replace(Fields fields, String authority, ClientConnection connection) {
        removeAll(fields);
        removeFamily(fields);
        fields.add(FieldName.X_FORWARDED_FOR, connection.remoteHost())
                .add(FieldName.X_FORWARDED_PROTO, connection.scheme())
                .add(FieldName.FORWARDED, element(connection, authority));
        if (!authority.isEmpty()) {
            fields.add(FieldName.X_FORWARDED_HOST, authority);
        }
        ClientCertificate certificate = connection.certificate();
        if (certificate != null) {
            fields.add(FieldName.X_SSL_CLIENT_DN, certificate.subject())
                    .add(FieldName.CLIENT_CERT, certificate.field());
        }
    }

    private static void removeAll(Fields fields) {
        fields.remove(FieldName.X_FORWARDED_FOR)
                .remove(FieldName.X_FORWARDED_PROTO)
                .remove(FieldName.X_FORWARDED_HOST)
                .remove(FieldName.X_FORWARDED_PORT)
                .remove(FieldName.X_REAL_IP)
                .remove(FieldName.FORWARDED)
                .remove(FieldName.CLIENT_CERT)
                .remove(FieldName.CLIENT_CERT_CHAIN)
                .remove(FieldName.X_SSL_CLIENT_DN);
        removeUnderscores(fields);
    }

    /** Frameworks believe more of them than we know: X-Forwarded-Prefix, -Ssl, -Scheme. */
    private static void removeFamily(Fields fields) {
        byte[] storage = fields.storage();
        for (int slot = 0; slot < fields.slots(); slot++) {
            if (fields.nameLength(slot) >= FAMILY.length()
                    && Ascii.equalsIgnoreCase(FAMILY, storage, fields.nameStart(slot), FAMILY.length())) {
                fields.removeSlot(slot);
            }
        }
    }

    /** Many servers read {@code X_Forwarded_For} as {@code X-Forwarded-For}: a client must not get one past us that way. */
    private static void removeUnderscores(Fields fields) {
        byte[] storage = fields.storage();
        for (int slot = 0; slot < fields.slots(); slot++) {
            int start = fields.nameStart(slot);
            int end = start + fields.nameLength(slot);
            for (int i = start; i < end; i++) {
                if (storage[i] == '_') {
                    fields.removeSlot(slot);
                    break;
                }
            }
        }
    }

    private static void append(Fields fields, String authority, ClientConnection connection) {
        appendTo(fields, FieldName.X_FORWARDED_FOR, connection.remoteHost());
        appendTo(fields, FieldName.FORWARDED, element(connection, authority));
        if (!fields.has(FieldName.X_FORWARDED_PROTO)) {
            fields.add(FieldName.X_FORWARDED_PROTO, connection.scheme());
        }
        if (!fields.has(FieldName.X_FORWARDED_HOST) && !authority.isEmpty()) {
            fields.add(FieldName.X_FORWARDED_HOST, authority);
        }
    }

    private static void appendTo(Fields fields, FieldName name, String element) {
        String before = fields.joined(name);
        fields.set(name, before == null ? element : before + ", " + element);
    }

    private static String element(ClientConnection connection, String authority) {
        StringBuilder text = node(new StringBuilder(64), connection.remoteHost());
        if (!authority.isEmpty()) {
            text.append(";host=\"").append(authority).append('"');
        }
        return text.append(";proto=").append(connection.scheme()).toString();
    }

    private static StringBuilder node(StringBuilder text, String address) {
        return address.indexOf(':') >= 0
                ? text.append("for=\"[").append(address).append("]\"")
                : text.append("for=").append(address);
    }
}
