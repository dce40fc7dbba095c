package com.foobar.web.content;

import com.foobar.web.conditional.EntityTag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What the file system says of one version of a file.
 *
 * @param size     bytes
 * @param modified as fine as the file system keeps it, nanoseconds on today's
 * @param key      device and inode; null where the file system has none
 */
record FileVersion(long size, Instant modified, @Nullable String key) {
    /** A file changed twice within one tick of the file system's clock shows one time; the coarsest in use tick every 2 s. */
    private static final Duration TICK = Duration.ofSeconds(2);

    static FileVersion of(Path path) throws IOException {
        return of(Files.readAttributes(path, BasicFileAttributes.class));
    }

    static FileVersion of(BasicFileAttributes attributes) {
        Object key = attributes.fileKey();
        return new FileVersion(
                attributes.size(), attributes.lastModifiedTime().toInstant(), key == null ? null : key.toString());
    }

    /** Whether a later change would show in a later version: false for a file that changed just now. */
    boolean isSettled(Instant now) {
        return modified.plus(TICK).isBefore(now);
    }

    /**
     * The tag of a file that is too big to be hashed for it. Strong where it can be: a file that is replaced has another
     * inode, one that is written in place another time, and what changed within the last tick gets a weak tag, so that no
     * client puts a part of one version behind a part of another (RFC 9110 §8.8.1).
     */
    EntityTag tag(Instant now) {
        String opaque = Long.toHexString(size)
                + '-'
                + Long.toHexString(modified.getEpochSecond())
                + '.'
                + Integer.toHexString(modified.getNano())
                + (key == null ? "" : '-' + checksum(key));
        return isSettled(now) ? EntityTag.strong(opaque) : EntityTag.weak(opaque);
    }

    /** Hides the inode's number, which is nobody's business. */
    private static String checksum(String key) {
        CRC32C crc = new CRC32C();
        crc.update(key.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }
}
