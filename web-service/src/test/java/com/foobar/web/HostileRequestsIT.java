package com.foobar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no client of good will sends, byte by byte over a socket. */
class HostileRequestsIT {
    private static final String SECRET = "TOP-SECRET";
    private static final String PAGE = "<!doctype html>PAGE";

    @TempDir
    private static Path temp;

    private static TestWeb web;

    @BeforeAll
    static void start() throws IOException {
        Path site = Files.createDirectory(temp.resolve("site"));
        Files.writeString(temp.resolve("secret.txt"), SECRET);
        Files.writeString(site.resolve("index.html"), PAGE);
        Files.writeString(site.resolve(".env"), SECRET);
        Files.createDirectory(site.resolve(".git"));
        Files.writeString(site.resolve(".git/config"), SECRET);
        Files.createDirectory(site.resolve("css"));
        Files.writeString(site.resolve("css/site.css"), "a {}");
        Files.createSymbolicLink(site.resolve("link.txt"), temp.resolve("secret.txt"));
        Files.createSymbolicLink(site.resolve("up"), temp);
        web = TestWeb.start("content: {directory: '" + site + "', recheck: 0s}");
    }

    @AfterAll
    static void stop() {
        web.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../secret.txt",
                "/css/../../secret.txt",
                "/css/../.env",
                "/./.env",
                "/%2e%2e/secret.txt",
                "/%2E%2E/secret.txt",
                "/.%2e/secret.txt",
                "/%2e%2e%2fsecret.txt",
                "/..%2fsecret.txt",
                "/..%5csecret.txt",
                "/..\\secret.txt",
                "/css\\..\\..\\secret.txt",
                "/css/..%c0%af..%c0%afsecret.txt",
                "/%c0%ae%c0%ae/secret.txt",
                "/%uff0e%uff0e/secret.txt",
                "/../secret.txt%00.css",
                "/.env%00.css",
                "/index.html%00",
                "/..;/secret.txt",
                "/..%00/secret.txt",
                "/%252e%252e/secret.txt",
                "/..%252fsecret.txt",
                "/.env",
                "/%2eenv",
                "/.git/config",
                "/css/../.git/config",
                "//secret.txt",
                "///../secret.txt",
                "//..//secret.txt",
                "/link.txt",
                "/up/secret.txt",
                "/up/site/../secret.txt",
                "/css/",
                "/css",
                "/up",
                "/up/",
                "/secret.txt",
                "../secret.txt",
                "secret.txt",
                "/\u00e4\u00f6.txt",
                "/%",
                "/css/site.css/",
                "/css/site.css/../../../secret.txt",
                "/%2fetc%2fpasswd",
                "//etc/passwd",
                "/proc/self/environ",
                "/api/../.env",
                "/api/..%2f.env",
                "/api/%2e%2e/secret.txt",
            })
    void getNothingThatIsNotServed(String target) throws Exception {
        String response = RawClient.get(web.port(), target);
        assertThat(response).doesNotContain(SECRET).doesNotContain("root:x:0");
        if (RawClient.status(response) == 200) {
            assertThat(response)
                    .as("at most the page, for an address without extension")
                    .endsWith(PAGE);
        } else {
            assertThat(RawClient.status(response)).isIn(400, 404, 405);
        }
        assertThat(response).doesNotContain("Exception").doesNotContain("\tat ").doesNotContain(temp.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../secret.txt",
                "/..%2fsecret.txt",
                "/%2e%2e/secret.txt",
                "/..\\secret.txt",
                "/a%00b",
                "/%zz",
                "/api/../.env"
            })
    void areToldThatTheyAreBad(String target) throws Exception {
        assertThat(RawClient.status(RawClient.get(web.port(), target))).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/.env", "/.git/config", "/link.txt", "/up/secret.txt", "//secret.txt"})
    void areNotToldWhatIsThere(String target) throws Exception {
        assertThat(RawClient.status(RawClient.get(web.port(), target))).isEqualTo(404);
    }

    @Test
    void listNoFolder() throws Exception {
        assertThat(RawClient.get(web.port(), "/css/")).doesNotContain("site.css");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Accept: ;",
                "Accept: ,;,;;q=",
                "Accept-Encoding: ;;,=,q",
                "Range: bytes=99999999999999999999-",
                "Range: bytes=-",
                "If-None-Match: \"",
                "If-None-Match: W/",
                "If-Range: \"",
                "If-Modified-Since: 99999999999999",
                "If-Modified-Since: Sun, 99 Foo 9999 99:99:99 GMT",
                "If-Unmodified-Since: -1",
                "traceparent: 00-00000000000000000000000000000000-0000000000000000-00",
                "X-Request-Id: \u00e4\u00f6 <script>",
            })
    void areServedDespiteMalformedFields(String field) throws Exception {
        String response = RawClient.send(
                web.port(), "GET / HTTP/1.1\r\nHost: www.foobar.com\r\nConnection: close\r\n" + field + "\r\n\r\n");
        assertThat(RawClient.status(response)).isIn(200, 416);
        assertThat(response).doesNotContain("<script>");
    }

    @Test
    void leaveTheConnectionUsable() throws Exception {
        String hidden = "GET /.env HTTP/1.1\r\nHost: x\r\n\r\n";
        String bad = "GET /%2e%2e/ HTTP/1.1\r\nHost: x\r\n\r\n";
        String good = "GET /css/site.css HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        String response = RawClient.send(web.port(), hidden + bad + good);
        assertThat(response).startsWith("HTTP/1.1 404").contains("HTTP/1.1 400").endsWith("a {}");
    }
}
