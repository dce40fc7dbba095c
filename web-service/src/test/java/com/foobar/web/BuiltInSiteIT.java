package com.foobar.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
            for (String coding : new String[] {"br", "zstd", "gzip"}) {
                HttpResponse<byte[]> coded = web.get("/", "Accept-Encoding", coding);
                assertThat(coded.headers().firstValue("Content-Encoding")).hasValue(coding);
            }
            assertThat(web.get("/index.html.br").statusCode()).isEqualTo(404);
            assertThat(web.get("/login", "Accept", "text/html").body()).isEqualTo(page.body());
            assertThat(web.metric("web_content_memory_files")).isGreaterThanOrEqualTo(names.size());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/tag/node.js",
                "/tag/tcp%2Fip",
                "/tag/100%25?page=2",
                "/profile/john.doe",
                "/profile/john.doe/favorites"
            })
    void answersEveryAddressOfItsScript(String address) throws Exception {
        try (TestWeb web = TestWeb.start("")) {
            HttpResponse<byte[]> view = web.get(address, "Accept", "text/html");
            assertThat(view.statusCode()).isEqualTo(200);
            assertThat(view.body()).isEqualTo(web.get("/").body());
            assertThat(web.get(address, "Accept", "application/json").statusCode())
                    .isNotEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/tag/..", "/tag/%2e%2E", "/tag/.", "/tag/x/app.js", "/tagged/node.js"})
    void givesNoPageForOtherAddresses(String address) throws Exception {
        try (TestWeb web = TestWeb.start("")) {
            String answer = RawClient.send(
                    web.port(),
                    "GET " + address
                            + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n");
            assertThat(RawClient.status(answer)).isIn(400, 404);
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
