package com.foobar.web.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CachePolicyTest {
    private final CachePolicy policy = new CachePolicy(Duration.ofMinutes(1));

    @Test
    void hasPagesAskedForEachTime() {
        assertThat(policy.of(file("index.html"))).isEqualTo("no-cache");
        assertThat(policy.of(file("page-3f2a9c1b.html"))).isEqualTo("no-cache");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "js/app.js",
                "css/site.css",
                "photo-20261120.jpg",
                "a-deadbeef.js",
                "3f2a9c1b.js",
                "app.3f2a9c1.js",
                "app.3F2A9C1B.js"
            })
    void letsAssetsBeUsedForAWhile(String name) {
        assertThat(policy.of(file(name))).isEqualTo("public, max-age=60, must-revalidate");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "js/app.3f2a9c1b.js",
                "app-3f2a9c1b.css",
                "app.3f2a9c1b.js.map",
                "x-0123456789abcdef0123456789abcdef.woff2"
            })
    void letsFilesNamedByTheirContentBeUsedForEver(String name) {
        assertThat(policy.of(file(name))).isEqualTo("public, max-age=31536000, immutable");
    }

    private static SiteFile file(String name) {
        return InMemoryFiles.of(name, name.getBytes(UTF_8), Instant.EPOCH);
    }
}
