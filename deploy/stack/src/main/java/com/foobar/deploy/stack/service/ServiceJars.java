package com.foobar.deploy.stack.service;

import com.foobar.deploy.stack.data.DataDirectory;
import com.foobar.deploy.stack.failure.StackFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/**
 * The services' jars as the build left them, each copied into the data directory when an instance starts from it: a new
 * build beside a running stack must not change the files that its JVMs read, and takes effect with the next start or
 * restart of an instance.
 */
public final class ServiceJars {
    private final Path project;
    private final DataDirectory data;

    /** @param project the directory that holds the modules */
    public ServiceJars(Path project, DataDirectory data) {
        this.project = project;
        this.data = data;
    }

    /** A copy of the module's jar that stays as it is. */
    public synchronized Path current(String module) throws IOException {
        Path built = project.resolve(module).resolve("target").resolve(module + ".jar");
        try {
            BasicFileAttributes attributes = Files.readAttributes(built, BasicFileAttributes.class);
            Path copy = data.jars()
                    .resolve("%s-%d-%d.jar"
                            .formatted(module, attributes.lastModifiedTime().toMillis(), attributes.size()));
            if (!Files.exists(copy)) {
                Path partial = data.jars().resolve(module + ".partial");
                Files.copy(built, partial, StandardCopyOption.REPLACE_EXISTING);
                Files.move(partial, copy, StandardCopyOption.ATOMIC_MOVE);
            }
            return copy;
        } catch (NoSuchFileException e) {
            throw new StackFailure(built + " is missing: run mvn -DskipTests package", e);
        }
    }

    /** Deletes the copies of earlier builds; only when nothing runs. */
    public void clear() throws IOException {
        try (Stream<Path> copies = Files.list(data.jars())) {
            for (Path copy : (Iterable<Path>) copies::iterator) {
                Files.delete(copy);
            }
        }
    }
}
