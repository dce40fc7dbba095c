package com.foobar.deploy.stack.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
    @TempDir
    Path directory;

    @Test
    void showsTheLastLines() throws Exception {
        LogFile log = new LogFile(directory.resolve("a.log"));
        assertThat(log.tail(2)).isEmpty();
        Files.writeString(log.path(), "one\ntwo\nthree\n");
        assertThat(log.tail(2)).containsExactly("two", "three");
        assertThat(log.tail(9)).containsExactly("one", "two", "three");
    }

    @Test
    void movesItsContentAsideWhileItsWriterGoesOn() throws Exception {
        LogFile log = new LogFile(directory.resolve("a.log"));
        try (OutputStream writer = new FileOutputStream(log.path().toFile(), true)) {
            writer.write("first\n".getBytes(StandardCharsets.UTF_8));
            log.rotate();
            assertThat(log.path()).hasSize(6);
            try (RandomAccessFile file = new RandomAccessFile(log.path().toFile(), "rw")) {
                file.setLength(LogFile.MOST_BYTES + 1);
            }

            log.rotate();
            writer.write("second\n".getBytes(StandardCharsets.UTF_8));

            assertThat(log.path()).hasContent("second");
            assertThat(directory.resolve("a.log.1")).hasSize(LogFile.MOST_BYTES + 1);
        }
    }
}
