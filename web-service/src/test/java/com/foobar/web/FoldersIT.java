package com.foobar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders below the site's root. */
class FoldersIT {
    @TempDir
    private static Path site;

    private static TestWeb web;

    @BeforeAll
    static void start() throws IOException {
        Files.writeString(site.resolve("index.html"), "<title>index</title>");
        Files.createDirectories(site.resolve("js"));
        Files.createDirectories(site.resolve("docs/deep"));
        Files.writeString(site.resolve("docs/index.html"), "<title>docs</title>");
        Files.write(site.resolve("docs/deep/index.html"), new byte[300_000]);
        web = TestWeb.start("content: {directory: '" + site + "'}\n"
                + "gateway: {servers: [{name: nobody, address: 'localhost:1'}]}");
    }

    @AfterAll
    static void stop() {
        web.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/docs, /docs/",
        "/docs?a=1&b=/x, /docs/?a=1&b=/x",
        "/d%6Fcs, /d%6Fcs/",
        "/docs/deep, /docs/deep/",
    })
    void leadsToTheFolderWhereTheSlashIsMissing(String target, String location) throws Exception {
        for (String accept : List.of("text/html", "application/json")) {
            HttpResponse<byte[]> response = web.get(target, "Accept", accept);
            assertThat(response.statusCode()).isEqualTo(301);
            assertThat(response.headers().firstValue("Location")).hasValue(location);
            assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-cache");
        }
        assertThat(web.get(location).statusCode()).isEqualTo(200);
    }

    @Test
    void saysNothingOfFoldersThatHaveNoPage() throws Exception {
        assertThat(web.get("/js", "Accept", "application/json").statusCode()).isEqualTo(404);
        assertThat(RawClient.status(RawClient.get(web.port(), "//docs"))).isEqualTo(404);
    }
}
