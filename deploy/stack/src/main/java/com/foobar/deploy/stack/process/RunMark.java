package com.foobar.deploy.stack.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What every process of one run has in its environment, and no other process: its processes are found by it, however
 * many there are and whoever started them. A process id alone says little, as the kernel gives it to another process
 * later.
 *
 * @param value 32 hexadecimal digits
 */
public record RunMark(String value) {
    public static final String VARIABLE = "FOOBAR_RUN";

    public static RunMark random() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return new RunMark(HexFormat.of().formatHex(bytes));
    }

    /** The living processes of this run. */
    public List<ProcessHandle> processes() {
        String entry = VARIABLE + "=" + value;
        List<ProcessHandle> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (environment(process).contains(entry)) {
                    ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                            .ifPresent(found::add);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot list /proc", e);
        }
        return found;
    }

    private static List<String> environment(Path process) {
        try {
            return List.of(Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1)
                    .split("\0"));
        } catch (IOException e) {
            // Another user's process, or one that has just ended: not ours.
            return List.of();
        }
    }
}
