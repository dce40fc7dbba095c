package com.foobar.deploy.load.jar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** What is passed on with the jar. */
class ContentsIT {
    /** Gatling's charts are made by a library that may be used with Gatling, but not passed on by others. */
    @Test
    void hasNothingOfHighcharts() throws Exception {
        URL library = Objects.requireNonNull(getClass().getResource("/io/gatling/charts/assets/js/highstock.js"));
        Path withHighcharts = Path.of(
                ((JarURLConnection) library.openConnection()).getJarFileURL().toURI());
        assertThat(highchartsIn(withHighcharts)).as("what would be found").hasSizeGreaterThan(3);

        assertThat(highchartsIn(LoadTestJar.FILE)).isEmpty();
    }

    /** The library, and what calls it. A style for its charts is in Gatling's own style sheet, under Gatling's licence. */
    private static List<String> highchartsIn(Path file) throws IOException {
        List<String> found = new ArrayList<>();
        try (JarFile jar = new JarFile(file.toFile())) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                String name = entry.getName().toLowerCase(Locale.ROOT);
                if (name.contains("highcharts")
                        || name.contains("highstock")
                        || (name.endsWith(".js") && text(jar, entry).contains("highcharts"))) {
                    found.add(entry.getName());
                }
            }
        }
        return found;
    }

    @Test
    void hasNothingOfTheServices() throws IOException {
        Set<String> ours = new TreeSet<>();
        try (JarFile jar = new JarFile(LoadTestJar.FILE.toFile())) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (entry.getName().startsWith("io/vertx/") || entry.getName().startsWith("com/foobar/")) {
                    String[] parts = entry.getName().split("/", -1);
                    ours.add(parts.length > 4 ? String.join("/", List.of(parts).subList(0, 4)) : "");
                }
            }
        }
        assertThat(ours).containsExactlyInAnyOrder("", "com/foobar/deploy/load");
    }

    @Test
    void opensWhatGatlingReachesInto() throws IOException {
        try (JarFile jar = new JarFile(LoadTestJar.FILE.toFile())) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Add-Opens"))
                    .contains("java.base/java.lang");
        }
    }

    private static String text(JarFile jar, JarEntry entry) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        }
    }
}
