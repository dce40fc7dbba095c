package com.foobar.kit.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Reads certificates and keys as OpenSSL and ACME clients write them (RFC 7468). Blocking. */
public final class PemFiles {
    private static final String PKCS8 = "-----BEGIN PRIVATE KEY-----";
    private static final byte[] PROBE = {1, 2, 3, 4};

    private PemFiles() {}

    /** @throws UnusableCertificate with the file and what to do */
    static TlsIdentity read(Path certificate, Path key) {
        List<X509Certificate> chain = readChain(certificate);
        PrivateKey privateKey = readKey(key);
        if (!belongTogether(chain.get(0).getPublicKey(), privateKey)) {
            throw new UnusableCertificate(
                    "the key in " + key + " does not belong to the certificate in " + certificate, null);
        }
        return new TlsIdentity(chain, privateKey);
    }

    /** Changes when the file does, or another takes its place. */
    static String fingerprint(Path file) throws IOException {
        // The real path, as certificates are often replaced by moving a symbolic link.
        Path real = file.toRealPath();
        return real + "@" + Files.getLastModifiedTime(real) + "/" + Files.size(real) + ";";
    }

    /**
     * The certificates of a file, one at least.
     *
     * @throws UnusableCertificate with the file and what to do
     */
    public static List<X509Certificate> readChain(Path file) {
        List<X509Certificate> chain = new ArrayList<>();
        try (var in = new ByteArrayInputStream(readText(file).getBytes(StandardCharsets.US_ASCII))) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                chain.add((X509Certificate) certificate);
            }
        } catch (GeneralSecurityException | IOException e) {
            throw new UnusableCertificate("cannot read a certificate from " + file + ": " + e.getMessage(), e);
        }
        if (chain.isEmpty()) {
            throw new UnusableCertificate(
                    "there is no certificate in " + file + " (expected: PEM, BEGIN CERTIFICATE)", null);
        }
        return chain;
    }

    private static PrivateKey readKey(Path file) {
        String pem = readText(file);
        try {
            return pem.contains(PKCS8) ? pkcs8(pem) : traditional(pem, file);
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            // The cause's text is left out: a parser may quote what it could not parse.
            throw new UnusableCertificate(
                    "cannot read the private key in " + file + " (expected: PEM, unencrypted)", e);
        }
    }

    private static PrivateKey pkcs8(String pem) throws GeneralSecurityException {
        int start = pem.indexOf(PKCS8) + PKCS8.length();
        int end = pem.indexOf("-----END", start);
        if (end < 0) {
            throw new IllegalArgumentException("no end");
        }
        PKCS8EncodedKeySpec spec =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.substring(start, end)));
        GeneralSecurityException last = null;
        for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (GeneralSecurityException e) {
                last = e;
            }
        }
        throw last == null ? new GeneralSecurityException("unknown") : last;
    }

    /** {@code BEGIN RSA PRIVATE KEY}, {@code BEGIN EC PRIVATE KEY}: forms that the JDK does not read. */
    private static PrivateKey traditional(String pem, Path file) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                if (object instanceof PEMKeyPair pair) {
                    return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
                }
            }
        }
        throw new UnusableCertificate("there is no unencrypted private key in " + file, null);
    }

    private static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey) {
        String algorithm =
                switch (privateKey.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> privateKey.getAlgorithm();
                };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(privateKey);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String readText(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new UnusableCertificate("there is no file " + file.toAbsolutePath(), e);
        } catch (AccessDeniedException e) {
            throw new UnusableCertificate(
                    file.toAbsolutePath() + " may not be read by user " + System.getProperty("user.name"), e);
        } catch (IOException e) {
            throw new UnusableCertificate("cannot read " + file.toAbsolutePath() + ": " + e, e);
        }
    }
}
