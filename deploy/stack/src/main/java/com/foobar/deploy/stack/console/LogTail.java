package com.foobar.deploy.stack.console;

import com.foobar.deploy.stack.process.LogFile;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Shows the end of log files, each line after the name of its instance, and what is added if wanted. */
public final class LogTail {
    private static final int LINES = 50;
    private static final int MOST_BYTES_AT_ONCE = 1 << 20;
    private static final long INTERVAL_MILLIS = 250;

    private final Map<String, LogFile> logs;
    private final PrintStream out;
    private final int width;

    /** @param logs by the name of the instance */
    public LogTail(Map<String, LogFile> logs, PrintStream out) {
        this.logs = new TreeMap<>(logs);
        this.out = out;
        this.width = logs.keySet().stream().mapToInt(String::length).max().orElse(0);
    }

    public void show() throws IOException {
        for (Map.Entry<String, LogFile> log : logs.entrySet()) {
            log.getValue().tail(LINES).forEach(line -> print(log.getKey(), line));
        }
    }

    /** {@link #show()}, then every line as it comes, until the thread is interrupted. */
    public void follow() throws IOException, InterruptedException {
        Map<String, Long> positions = new TreeMap<>();
        for (Map.Entry<String, LogFile> log : logs.entrySet()) {
            positions.put(log.getKey(), size(log.getValue()));
        }
        show();
        while (true) {
            for (Map.Entry<String, Long> position : positions.entrySet()) {
                String name = position.getKey();
                LogFile log = logs.get(name);
                position.setValue(showFrom(name, log, position.getValue()));
            }
            Thread.sleep(INTERVAL_MILLIS);
        }
    }

    /** Shows the complete lines from that position on; the position after them. */
    private long showFrom(String name, LogFile log, long position) throws IOException {
        long size = size(log);
        // Shorter than it was: its content was moved aside.
        long from = size < position ? 0 : position;
        if (size == from) {
            return from;
        }
        byte[] bytes = new byte[(int) Math.min(size - from, MOST_BYTES_AT_ONCE)];
        try (RandomAccessFile file = new RandomAccessFile(log.path().toFile(), "r")) {
            file.seek(from);
            file.readFully(bytes);
        }
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        if (end == 0 && bytes.length == MOST_BYTES_AT_ONCE) {
            end = bytes.length;
        }
        List<String> lines =
                new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList();
        lines.forEach(line -> print(name, line));
        return from + end;
    }

    private static long size(LogFile log) throws IOException {
        return Files.exists(log.path()) ? Files.size(log.path()) : 0;
    }

    private void print(String name, String line) {
        out.println(name + " ".repeat(width - name.length()) + " | " + line);
    }
}
