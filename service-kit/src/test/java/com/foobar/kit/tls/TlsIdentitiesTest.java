package com.foobar.kit.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.settings.SettingsReader;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsIdentitiesTest {
    private static final List<String> NAMES = List.of("localhost", "127.0.0.1", "::1");

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    Path directory;

    @AfterEach
    void closeVertx() {
        vertx.close().await();
    }

    @Test
    void makesACertificateThatItsAuthorityVouchesFor() throws Exception {
        TlsIdentity identity = new DevelopmentCa(directory).identity(NAMES);

        identity.leaf().verify(identity.chain().get(1).getPublicKey());
        assertThat(identity.leaf().getSubjectAlternativeNames())
                .extracting(entry -> entry.get(1))
                .map(Object::toString)
                .containsExactlyInAnyOrder("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(Files.getPosixFilePermissions(directory.resolve("server-key.pem")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(directory.resolve("ca-key.pem")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void keepsTheCertificateForTheSameNamesAndTheAuthorityForOthers() {
        TlsIdentity first = new DevelopmentCa(directory).identity(NAMES);
        TlsIdentity again = new DevelopmentCa(directory).identity(NAMES);
        TlsIdentity other = new DevelopmentCa(directory).identity(List.of("www.foobar.com"));

        assertThat(again.leaf()).isEqualTo(first.leaf());
        assertThat(other.leaf()).isNotEqualTo(first.leaf());
        assertThat(other.chain().get(1)).isEqualTo(first.chain().get(1));
    }

    @Test
    void keepsACertificateForEachSetOfNames() throws Exception {
        List<String> others = List.of("www.foobar.com", "foobar.com");
        TlsIdentity first = new DevelopmentCa(directory).identity(NAMES);
        TlsIdentity other = new DevelopmentCa(directory).identity(others);

        assertThat(new DevelopmentCa(directory).identity(NAMES).leaf()).isEqualTo(first.leaf());
        assertThat(new DevelopmentCa(directory).identity(others).leaf()).isEqualTo(other.leaf());
        assertThat(new DevelopmentCa(directory)
                        .identity(List.of("foobar.com", "www.foobar.com"))
                        .leaf())
                .isEqualTo(other.leaf());
        assertThat(PemFiles.read(directory.resolve("server.pem"), directory.resolve("server-key.pem"))
                        .leaf())
                .isEqualTo(first.leaf());

        Files.delete(directory.resolve("server.pem"));
        assertThat(new DevelopmentCa(directory).identity(NAMES).leaf()).isNotEqualTo(first.leaf());
        assertThat(new DevelopmentCa(directory).identity(others).leaf()).isEqualTo(other.leaf());
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "0:0:0:0:0:0:0:1", "fd00::1", "FD00:0::00a1", "::ffff:192.0.2.1", "192.0.2.1"})
    void keepsTheCertificateOfAnAddressHoweverItIsWritten(String address) {
        List<String> names = List.of("localhost", address);
        TlsIdentity first = new DevelopmentCa(directory).identity(names);

        assertThat(new DevelopmentCa(directory).identity(names).leaf()).isEqualTo(first.leaf());
    }

    @Test
    void mendsARenewalThatWasInterrupted() throws Exception {
        TlsIdentity first = new DevelopmentCa(directory).identity(NAMES);
        Files.delete(directory.resolve("server-key.pem"));

        TlsIdentity mended = new DevelopmentCa(directory).identity(NAMES);

        assertThat(mended.leaf()).isNotEqualTo(first.leaf());
        assertThat(mended.chain().get(1)).isEqualTo(first.chain().get(1));
        assertThat(new DevelopmentCa(directory).identity(NAMES).leaf()).isEqualTo(mended.leaf());
    }

    @Test
    void givesAllWhoStartAtOnceTheSameAuthority() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<TlsIdentity> open = () -> new DevelopmentCa(directory).identity(NAMES);
            List<TlsIdentity> all = threads.invokeAll(List.of(open, open, open, open)).stream()
                    .map(future -> {
                        try {
                            return future.get();
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    })
                    .toList();
            assertThat(all)
                    .extracting(TlsIdentity::leaf)
                    .containsOnly(all.get(0).leaf());
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void reloadsWhenTheFilesChangeAndKeepsTheOldWhereTheyCannotBeRead() throws Exception {
        Path one = Files.createDirectory(directory.resolve("one"));
        Path two = Files.createDirectory(directory.resolve("two"));
        TlsIdentity first = new DevelopmentCa(one).identity(NAMES);
        TlsIdentity second = new DevelopmentCa(two).identity(NAMES);
        Path certificate = copy(one.resolve("server.pem"), "cert.pem");
        Path key = copy(one.resolve("server-key.pem"), "key.pem");
        List<TlsIdentity> seen = new CopyOnWriteArrayList<>();
        TlsSettings settings = settings("certificate: " + certificate + "\nkey: " + key + "\nreload-interval: 1s");
        try (TlsIdentities identities =
                TlsIdentities.open(vertx, settings, seen::add).await()) {
            assertThat(identities.current().leaf()).isEqualTo(first.leaf());

            copy(two.resolve("server.pem"), "cert.pem"); // the key does not belong to it yet
            copy(two.resolve("server-key.pem"), "key.pem");

            await().atMost(Duration.ofSeconds(20))
                    .until(() -> identities.current().leaf().equals(second.leaf()));
            assertThat(seen).extracting(TlsIdentity::leaf).containsExactly(first.leaf(), second.leaf());
        }
    }

    @Test
    void saysWhatIsWrongWithFiles() throws Exception {
        new DevelopmentCa(directory).identity(NAMES);
        Path other = Files.createDirectory(directory.resolve("other"));
        new DevelopmentCa(other).identity(NAMES);
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");
        Path certificate = directory.resolve("server.pem");

        Map<Path, String> keys = Map.of(
                directory.resolve("nowhere.pem"),
                "there is no file",
                empty,
                "no unencrypted private key",
                other.resolve("server-key.pem"),
                "does not belong to");
        keys.forEach((key, message) -> assertThatThrownBy(() -> PemFiles.read(certificate, key))
                .isInstanceOf(UnusableCertificate.class)
                .hasMessageContaining(message)
                .hasMessageContaining(key.toString()));
        assertThatThrownBy(() -> PemFiles.read(empty, empty))
                .hasMessageContaining("there is no certificate in " + empty);
    }

    @Test
    void refusesACertificateWithoutItsKey() {
        assertThatThrownBy(() -> settings("certificate: /a.pem")).hasMessageContaining("key is missing");
    }

    @Test
    void showsNoKeyInText() {
        TlsIdentity identity = new DevelopmentCa(directory).identity(NAMES);

        assertThat(identity.toString()).startsWith("CN=localhost, until ").doesNotContain("PRIVATE");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).map(Path::getFileName).map(Path::toString).noneMatch(name -> name.endsWith(".new"));
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path copy(Path from, String name) throws Exception {
        Path draft = Files.copy(from, directory.resolve(name + ".draft"), StandardCopyOption.REPLACE_EXISTING);
        return Files.move(
                draft, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static TlsSettings settings(String yaml) {
        return SettingsReader.read(TlsSettings.class, yaml, Map.of());
    }
}
