package com.foobar.deploy.stack.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What one instance writes. The process appends to the file itself, so nothing is lost when the launcher dies; the
 * launcher keeps it from growing without end by moving its content to {@code .1} (logrotate's {@code copytruncate}: lines
 * written in that very moment may be lost).
 */
public record LogFile(Path path) {
    static final long MOST_BYTES = 32L << 20;
    private static final int TAIL_BYTES = 64 << 10;

    /** Moves the content aside when there is too much of it. */
    public void rotate() throws IOException {
        if (Files.exists(path) && Files.size(path) > MOST_BYTES) {
            Path previous = path.resolveSibling(path.getFileName() + ".1");
            Files.copy(path, previous, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
        }
    }

    /** The last lines, at most so many; none when there is no file. */
    public List<String> tail(int lines) throws IOException {
        if (!Files.exists(path)) {
            return List.of();
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long from = Math.max(0, file.length() - TAIL_BYTES);
            byte[] bytes = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(bytes);
            List<String> all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return all.subList(Math.max(0, all.size() - lines), all.size());
        }
    }
}
