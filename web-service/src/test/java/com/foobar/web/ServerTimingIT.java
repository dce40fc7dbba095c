package com.foobar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ServerTimingIT {
    /** Nobody listens there. */
    private static final String GATEWAY = "gateway: {servers: [{name: app-1, address: 'localhost:1'}]}\n";

    @Test
    void namesTheInstanceOnFilesPagesAndErrors() throws Exception {
        try (TestWeb web = TestWeb.start("instance: web-9\n" + GATEWAY)) {
            for (String path : List.of("/", "/app.js", "/missing.js", "/article/a", "/api/tags")) {
                assertThat(web.get(path, "Accept", "text/html").headers().allValues("Server-Timing"))
                        .as(path)
                        .containsExactly("web;desc=\"web-9\"");
            }
        }
    }

    @Test
    void tellsNothingWhereThatIsSwitchedOff() throws Exception {
        try (TestWeb web = TestWeb.start("server-timing: false\n" + GATEWAY)) {
            assertThat(web.get("/").headers().allValues("Server-Timing")).isEmpty();
        }
    }
}
