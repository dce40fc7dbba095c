package com.foobar.lb;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Signs certificates of servers and of clients. */
final class TestAuthority {
    private static final char[] PASSWORD = "changeit".toCharArray();

    /** A certificate and its key. */
    record Signed(X509Certificate certificate, KeyPair key) {
        /** For a client that shows it. */
        KeyManager[] keyManagers() throws GeneralSecurityException, IOException {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("client", key.getPrivate(), PASSWORD, new Certificate[] {certificate});
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, PASSWORD);
            return factory.getKeyManagers();
        }

        /** Writes NAME.pem and NAME-key.pem, and returns them as settings. */
        String write(Path directory, String name) throws IOException {
            Path certificateFile = directory.resolve(name + ".pem");
            Path keyFile = directory.resolve(name + "-key.pem");
            Files.writeString(certificateFile, pem(certificate));
            Files.writeString(keyFile, pem(new JcaPKCS8Generator(key.getPrivate(), null)));
            return "certificate: '" + certificateFile + "', key: '" + keyFile + "'";
        }
    }

    private final Signed authority;

    TestAuthority() throws GeneralSecurityException, IOException, OperatorCreationException {
        KeyPair pair = newKey();
        X500Name name = new X500Name("CN=test authority");
        X509v3CertificateBuilder builder =
                builder(name, name, pair).addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        authority = new Signed(signed(builder, pair), pair);
    }

    X509Certificate certificate() {
        return authority.certificate();
    }

    /** Where the settings can name it. */
    Path write(Path file) throws IOException {
        return Files.writeString(file, pem(authority.certificate()));
    }

    Signed server(String... names) throws GeneralSecurityException, IOException, OperatorCreationException {
        KeyPair pair = newKey();
        X509v3CertificateBuilder builder = builder(
                        new X500Name("CN=test authority"), new X500Name("CN=" + names[0]), pair)
                .addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(List.of(names).stream()
                                .map(name -> new GeneralName(GeneralName.dNSName, name))
                                .toArray(GeneralName[]::new)));
        return new Signed(signed(builder, authority.key()), pair);
    }

    Signed client(String subject) throws GeneralSecurityException, IOException, OperatorCreationException {
        KeyPair pair = newKey();
        X509v3CertificateBuilder builder = builder(new X500Name("CN=test authority"), new X500Name(subject), pair)
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
        return new Signed(signed(builder, authority.key()), pair);
    }

    private static X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair pair) {
        Instant now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(120, new SecureRandom()),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(Duration.ofDays(30))),
                subject,
                pair.getPublic());
    }

    private static KeyPair newKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, KeyPair by)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by.getPrivate())));
    }

    private static String pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }
}
