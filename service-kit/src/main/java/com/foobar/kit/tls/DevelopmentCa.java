package com.foobar.kit.tls;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate authority for one developer's machine: made on first use, kept in a directory, so that importing its
 * {@code ca.pem} into a browser once is enough. Several processes, and several sets of names, may share the directory: a
 * lock file makes the first process make it and the others read it, and each set has a certificate of its own. Blocking.
 */
public final class DevelopmentCa {
    /** What to import into a browser or to give to {@code curl --cacert}. */
    public static final String CA_CERTIFICATE = "ca.pem";

    private static final Logger LOG = LoggerFactory.getLogger(DevelopmentCa.class);
    private static final String CA_KEY = "ca-key.pem";
    /** What the files of the names that came first are called; those of others have a suffix. */
    private static final String SERVER = "server";

    private static final Duration CA_VALIDITY = Duration.ofDays(3650);
    /** What browsers accept at most (CA/Browser Forum: 398 days). */
    private static final Duration VALIDITY = Duration.ofDays(397);

    private static final Duration RENEW_BEFORE = Duration.ofDays(30);
    private static final SecureRandom RANDOM = new SecureRandom();
    /** The lock file is for other processes: two threads of one cannot have it locked, and do not wait for one another. */
    private static final Object IN_THIS_PROCESS = new Object();

    private final Path directory;

    /** @param directory made where it is missing */
    public DevelopmentCa(Path directory) {
        this.directory = directory;
    }

    /**
     * The certificate for these names: the one that is there, or a new one where it is missing, was signed by another
     * authority or ends within 30 days.
     *
     * @throws UnusableCertificate where the directory cannot be written or holds something else
     */
    public TlsIdentity identity(List<String> names) {
        synchronized (IN_THIS_PROCESS) {
            return lockedIdentity(names);
        }
    }

    private TlsIdentity lockedIdentity(List<String> names) {
        try {
            Files.createDirectories(directory);
            try (FileChannel channel = FileChannel.open(
                            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (!lock.isValid()) {
                    throw new IOException("the lock was lost");
                }
                TlsIdentity authority = authority();
                TlsIdentity first = existing(SERVER);
                if (first == null || isFor(names, first.leaf())) {
                    return goodOrNew(first, SERVER, authority, names);
                }
                String own = SERVER + "-" + suffix(names);
                return goodOrNew(existing(own), own, authority, names);
            }
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new UnusableCertificate(
                    "cannot make a development certificate in " + directory.toAbsolutePath() + ": " + e, e);
        }
    }

    /** The same for the same names in any order. */
    private static UUID suffix(List<String> names) throws UnknownHostException {
        return UUID.nameUUIDFromBytes(
                String.join(" ", new TreeSet<>(normalised(names))).getBytes(StandardCharsets.UTF_8));
    }

    private TlsIdentity goodOrNew(
            @Nullable TlsIdentity existing, String file, TlsIdentity authority, List<String> names)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        if (existing != null && isFor(names, existing.leaf()) && isGood(existing.leaf(), authority.leaf())) {
            return existing;
        }
        TlsIdentity made = sign(authority, names);
        write(made, certificate(file), key(file));
        return made;
    }

    private Path certificate(String file) {
        return directory.resolve(file + ".pem");
    }

    private Path key(String file) {
        return directory.resolve(file + "-key.pem");
    }

    private @Nullable TlsIdentity existing(String file) {
        return Files.exists(certificate(file)) ? readOrNull(certificate(file), key(file)) : null;
    }

    /** Null for a certificate whose key is missing or another: a renewal was interrupted, and the next one mends it. */
    private static @Nullable TlsIdentity readOrNull(Path certificate, Path key) {
        try {
            return PemFiles.read(certificate, key);
        } catch (UnusableCertificate e) {
            LOG.info("the development certificate is made anew: {}", e.getMessage());
            return null;
        }
    }

    private TlsIdentity authority() throws IOException, GeneralSecurityException, OperatorCreationException {
        Path certificate = directory.resolve(CA_CERTIFICATE);
        Path key = directory.resolve(CA_KEY);
        if (Files.exists(certificate) && Files.exists(key)) {
            return PemFiles.read(certificate, key);
        }
        KeyPair pair = newKey();
        X500Name name = new X500Name("CN=www.foobar.com development CA,O=made on this machine for this machine");
        Instant now = Instant.now();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                        name,
                        serial(),
                        Date.from(now.minusSeconds(3600)),
                        Date.from(now.plus(CA_VALIDITY)),
                        name,
                        pair.getPublic())
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        TlsIdentity made = new TlsIdentity(List.of(signed(builder, pair.getPrivate())), pair.getPrivate());
        write(made, certificate, key);
        return made;
    }

    private static TlsIdentity sign(TlsIdentity authority, List<String> names)
            throws GeneralSecurityException, OperatorCreationException, CertIOException {
        KeyPair pair = newKey();
        Instant now = Instant.now();
        JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                        authority.leaf(),
                        serial(),
                        Date.from(now.minusSeconds(3600)),
                        Date.from(now.plus(VALIDITY)),
                        new X500Name("CN=" + names.get(0)),
                        pair.getPublic())
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                .addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(
                                names.stream().map(DevelopmentCa::generalName).toArray(GeneralName[]::new)))
                .addExtension(
                        Extension.authorityKeyIdentifier,
                        false,
                        identifiers.createAuthorityKeyIdentifier(authority.leaf()))
                .addExtension(
                        Extension.subjectKeyIdentifier,
                        false,
                        identifiers.createSubjectKeyIdentifier(pair.getPublic()));
        return new TlsIdentity(List.of(signed(builder, authority.key()), authority.leaf()), pair.getPrivate());
    }

    private static boolean isFor(List<String> names, X509Certificate leaf)
            throws CertificateParsingException, UnknownHostException {
        return namesOf(leaf).equals(normalised(names));
    }

    private static boolean isGood(X509Certificate leaf, X509Certificate authority) {
        if (leaf.getNotAfter().toInstant().isBefore(Instant.now().plus(RENEW_BEFORE))) {
            return false;
        }
        try {
            leaf.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static Set<String> namesOf(X509Certificate leaf) throws CertificateParsingException {
        Set<String> names = new HashSet<>();
        Collection<List<?>> alternatives = leaf.getSubjectAlternativeNames();
        if (alternatives != null) {
            alternatives.forEach(entry -> names.add(String.valueOf(entry.get(1))));
        }
        return names;
    }

    /** The names as the JDK gives them back: of an address the bytes count, and not how somebody wrote them. */
    private static Set<String> normalised(List<String> names) throws UnknownHostException {
        Set<String> normalised = new HashSet<>();
        for (String name : names) {
            byte[] address = NetUtil.createByteArrayFromIpAddressString(name);
            normalised.add(
                    address == null ? name : InetAddress.getByAddress(address).getHostAddress());
        }
        return normalised;
    }

    private static GeneralName generalName(String name) {
        boolean address = name.indexOf(':') >= 0 || name.matches("\\d+\\.\\d+\\.\\d+\\.\\d+");
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name);
    }

    private static KeyPair newKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        return generator.generateKeyPair();
    }

    private static BigInteger serial() {
        return new BigInteger(127, RANDOM).add(BigInteger.ONE);
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    }

    private static void write(TlsIdentity identity, Path certificate, Path key) throws IOException {
        StringWriter keyText = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(keyText)) {
            writer.writeObject(new JcaPKCS8Generator(identity.key(), null));
        }
        StringWriter chainText = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(chainText)) {
            for (X509Certificate link : identity.chain()) {
                writer.writeObject(link);
            }
        }
        // The key first: who sees the certificate finds its key.
        replace(key, keyText.toString(), "rw-------");
        replace(certificate, chainText.toString(), "rw-r--r--");
    }

    /** Whole or not at all, and never readable by others on the way. */
    private static void replace(Path file, String text, String permissions) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(draft, text);
            Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString(permissions));
        } else {
            Files.writeString(draft, text);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
