package com.foobar.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The site that is part of the jar. */
class BuiltInSiteIT {
    private static final Pattern REFERENCE = Pattern.compile("(?:src|href)=\"(/[^\"]+\\.[a-z0-9]+)\"");

    @Test
    void servesThePageAndAllThatItNames() throws Exception {
        try (TestWeb web = TestWeb.start("")) {
            HttpResponse<byte[]> page = web.get("/");
            assertThat(page.statusCode()).isEqualTo(200);
            Set<String> names = new HashSet<>();
            Matcher matcher = REFERENCE.matcher(new String(page.body(), UTF_8));
            while (matcher.find()) {
                names.add(matcher.group(1));
            }
            assertThat(names).isNotEmpty();
            for (String name : names) {
                HttpResponse<byte[]> response = web.get(name, "Accept-Encoding", "gzip");
                assertThat(response.statusCode()).as(name).isEqualTo(200);
                assertThat(response.headers().firstValue("Content-Type").orElse(""))
                        .as(name)
                        .isNotEqualTo("application/octet-stream");
                String tag = response.headers().firstValue("ETag").orElseThrow();
                assertThat(web.get(name, "Accept-Encoding", "gzip", "If-None-Match", tag)
                                .statusCode())
                        .as(name)
                        .isEqualTo(304);
            }
            assertThat(web.get("/login", "Accept", "text/html").body()).isEqualTo(page.body());
            assertThat(web.metric("web_content_memory_files")).isGreaterThanOrEqualTo(names.size());
        }
    }

    @Test
    void usesNoInlineScriptOrStyleThatItsPolicyForbids() throws Exception {
        try (TestWeb web = TestWeb.start("")) {
            String page = new String(web.get("/").body(), UTF_8);
            assertThat(page).doesNotContain("<style").doesNotContain(" style=").doesNotContain("javascript:");
            assertThat(page).doesNotContainPattern("<script(?![^>]*\\ssrc=)");
            assertThat(page).doesNotContainPattern("\\son[a-z]+=");
        }
    }
}
