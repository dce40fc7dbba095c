package com.foobar.deploy.compose;

import com.foobar.deploy.running.RunningStack;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** The commands of {@code docs/containers.md}: what stands in its blocks of shell, chapter by chapter. */
final class Procedures {
    private static final String BLOCK = "```sh";
    private static final String END = "```";

    private Procedures() {}

    /**
     * The blocks below a heading, in their order.
     *
     * @throws IllegalArgumentException when there is none
     */
    static List<String> of(String heading) throws IOException {
        List<String> blocks = new ArrayList<>();
        boolean inside = false;
        StringBuilder block = null;
        for (String line : Files.readAllLines(RunningStack.project().resolve("docs/containers.md"))) {
            if (block != null && line.equals(END)) {
                blocks.add(block.toString());
                block = null;
            } else if (block != null) {
                block.append(line).append('\n');
            } else if (line.startsWith("#")) {
                inside = line.equals("### " + heading);
            } else if (inside && line.startsWith(BLOCK)) {
                block = new StringBuilder();
            }
        }
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException("docs/containers.md has no commands below " + heading);
        }
        return blocks;
    }
}
