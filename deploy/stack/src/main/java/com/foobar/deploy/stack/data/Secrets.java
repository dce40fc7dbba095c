package com.foobar.deploy.stack.data;

import com.foobar.deploy.stack.failure.StackFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Passwords and keys of one stack, made at random when first needed: a file each in the data directory, readable by its
 * owner only. Settings name the files; nothing secret is ever an argument of a process. Thread-safe: instances that are
 * started together ask for the same secrets.
 */
public final class Secrets {
    /** 256 bits: 43 characters of base64url, without any that SQL or YAML would have to escape. */
    private static final int BYTES = 32;

    private final Path directory;
    private final SecureRandom random = new SecureRandom();

    public Secrets(DataDirectory data) {
        this.directory = data.secrets();
    }

    /** The file that holds the secret, making it where there is none. */
    public synchronized Path file(String name) {
        Path file = directory.resolve(name);
        try {
            if (!Files.exists(file)) {
                byte[] bytes = new byte[BYTES];
                random.nextBytes(bytes);
                PrivateFile.write(file, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
            }
            return file;
        } catch (IOException e) {
            throw new StackFailure("secret " + file + ": cannot be written: " + e, e);
        }
    }

    public boolean exists(String name) {
        return Files.exists(directory.resolve(name));
    }

    /** The secret itself. */
    public String reveal(String name) {
        try {
            return Files.readString(file(name)).trim();
        } catch (IOException e) {
            throw new StackFailure("secret " + directory.resolve(name) + ": cannot be read: " + e, e);
        }
    }
}
