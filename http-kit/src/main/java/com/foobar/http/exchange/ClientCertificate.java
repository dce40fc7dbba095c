package com.foobar.http.exchange;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.security.auth.x500.X500Principal;

/**
 * The certificate that a client has shown, checked, as servers behind us are told of it. Made once for a connection.
 *
 * @param subject its distinguished name, the last part first (RFC 4514): {@code CN=alice,O=Foobar}
 * @param field the value of {@code Client-Cert} (RFC 9440 §2.2): its DER as a byte sequence
 */
public record ClientCertificate(String subject, String field) {
    /** @throws CertificateEncodingException if it cannot be encoded, which one that came by TLS always can */
    public static ClientCertificate of(X509Certificate certificate) throws CertificateEncodingException {
        return new ClientCertificate(
                visible(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253)),
                ":" + Base64.getEncoder().encodeToString(certificate.getEncoded()) + ":");
    }

    /** A name may hold any character, a line break as well: all but visible ASCII is written as hexadecimal pairs (RFC 4514 §2.4). */
    static String visible(String name) {
        StringBuilder text = new StringBuilder(name.length());
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b <= '~') {
                text.append((char) b);
            } else {
                text.append('\\').append(Character.forDigit(b >> 4 & 0xf, 16)).append(Character.forDigit(b & 0xf, 16));
            }
        }
        return text.toString();
    }
}
