package com.foobar.deploy.stack.data;

import com.foobar.deploy.stack.failure.StackFailure;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where one stack keeps everything: databases, passwords, certificates, settings files, logs. Nothing of it is anywhere
 * else, so that deleting the directory forgets the stack. Readable by its owner only.
 *
 * <p>{@code layout} says that the directory is ours and how it is laid out; a directory without it is never written to
 * unless it is empty, and never deleted from.
 */
public record DataDirectory(Path path) {

    private static final String LAYOUT = "1";

    public DataDirectory {
        path = path.toAbsolutePath().normalize();
    }

    /**
     * Makes the directory where there is none, and checks that it is one of ours.
     *
     * @param fresh whether its data is about to be deleted, so that their layout does not matter
     * @throws StackFailure when it is something else, or cannot be written
     */
    public void open(boolean fresh) {
        try {
            if (Files.exists(path) && !Files.isDirectory(path)) {
                throw new StackFailure("data directory " + path + ": is a file (expected: a directory, or nothing)");
            }
            if (!Files.exists(layoutFile())) {
                if (Files.exists(path) && !isEmpty()) {
                    throw new StackFailure(
                            "data directory " + path
                                    + ": is not empty and was not made by deploy/up, so nothing was touched; name another with --data");
                }
                Files.createDirectories(path);
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
                Files.writeString(layoutFile(), LAYOUT + "\n");
            }
            String layout = Files.readString(layoutFile()).trim();
            if (layout.isEmpty() || fresh) {
                // Empty: the start that made it was cut short before it wrote anything else.
                Files.writeString(layoutFile(), LAYOUT + "\n");
            } else if (!layout.equals(LAYOUT)) {
                throw new StackFailure("data directory " + path + ": has layout " + layout + " (expected: " + LAYOUT
                        + "); start over with deploy/up --fresh, which deletes its data");
            }
            for (Path directory : List.of(secrets(), settings(), logs(), tls(), jars())) {
                Files.createDirectories(directory);
            }
        } catch (IOException e) {
            throw new StackFailure("data directory " + path + ": cannot be written: " + e, e);
        }
    }

    /** Deletes everything but the lock, which the caller holds, and what marks the directory as ours. */
    public void clear() {
        try (Stream<Path> children = Files.list(path)) {
            for (Path child : (Iterable<Path>) children::iterator) {
                if (!child.equals(lockFile()) && !child.equals(layoutFile())) {
                    delete(child);
                }
            }
        } catch (IOException e) {
            throw new StackFailure("data directory " + path + ": cannot be emptied: " + e, e);
        }
    }

    /** Deletes a file, or a directory with what is in it. */
    public static void delete(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    public Path secrets() {
        return path.resolve("secrets");
    }

    public Path settings() {
        return path.resolve("settings");
    }

    public Path settings(String instance) {
        return settings().resolve(instance + ".yaml");
    }

    public Path logs() {
        return path.resolve("logs");
    }

    public Path log(String instance) {
        return logs().resolve(instance + ".log");
    }

    /** The development certificate authority, and the certificates that it signs. */
    public Path tls() {
        return path.resolve("tls");
    }

    /** Copies of the services' jars: a new build must not change the files that a running JVM reads its classes from. */
    public Path jars() {
        return path.resolve("jars");
    }

    /** The databases; appears complete or not at all. */
    public Path databases() {
        return path.resolve("databases");
    }

    public Path database(String instance) {
        return databases().resolve(instance);
    }

    /** A directory for temporary files of that process alone; made where there is none. */
    public Path temporary(String process) throws IOException {
        return Files.createDirectories(path.resolve("tmp").resolve(process));
    }

    /** Held by the launcher as long as it runs. */
    public Path lockFile() {
        return path.resolve("lock");
    }

    /** How to reach the running launcher. */
    public Path controlFile() {
        return path.resolve("control");
    }

    /** The mark of the processes of the latest run. */
    public Path runFile() {
        return path.resolve("run");
    }

    private Path layoutFile() {
        return path.resolve("layout");
    }

    private boolean isEmpty() throws IOException {
        try (Stream<Path> children = Files.list(path)) {
            return children.findAny().isEmpty();
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
