package com.foobar.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of a directory, by a client that behaves. */
class FilesIT {
    private static final String INDEX = "<!doctype html><title>Test</title>" + "<p>A page.</p>".repeat(100);
    private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    private static final byte[] BIG = new byte[8 << 20];

    @TempDir
    private static Path site;

    private static TestWeb web;

    @BeforeAll
    static void start() throws IOException {
        new Random(42).nextBytes(BIG);
        Files.writeString(site.resolve("index.html"), INDEX);
        Files.createDirectory(site.resolve("js"));
        Files.writeString(site.resolve("js/app.js"), "export const x = 1;\n".repeat(100));
        Files.writeString(site.resolve("js/app-3f2a9c1b.js"), "export const x = 1;\n");
        Files.writeString(site.resolve("empty.txt"), "");
        Files.write(site.resolve("big.bin"), BIG);
        Files.writeString(site.resolve("50x.html"), "<title>Our own 50x</title>");
        Files.writeString(site.resolve("js/coded.js"), "let y = 2;\n".repeat(100));
        Files.writeString(site.resolve("js/coded.js.br"), "brotli");
        Files.writeString(site.resolve("js/coded.js.zst"), "zstandard");
        Files.writeString(site.resolve("js/stale.js"), "let z = 3;\n".repeat(100));
        Files.writeString(site.resolve("js/stale.js.br"), "of before");
        Instant quiet = Instant.now().minusSeconds(3600);
        for (String name : new String[] {
            "index.html",
            "js/app.js",
            "js/app-3f2a9c1b.js",
            "empty.txt",
            "big.bin",
            "js/coded.js",
            "js/coded.js.br",
            "js/coded.js.zst"
        }) {
            Files.setLastModifiedTime(site.resolve(name), FileTime.from(quiet));
        }
        Files.setLastModifiedTime(site.resolve("js/stale.js.br"), FileTime.from(quiet));
        web = TestWeb.start("content: {directory: '" + site + "', recheck: 0s}\n"
                + "gateway: {servers: [{name: nobody, address: 'localhost:1'}]}");
    }

    @AfterAll
    static void stop() {
        web.close();
    }

    @Test
    void servesThePageAtTheRoot() throws Exception {
        HttpResponse<byte[]> response = web.get("/");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).asString(UTF_8).isEqualTo(INDEX);
        assertThat(field(response, "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(field(response, "Cache-Control")).isEqualTo("no-cache");
        assertThat(field(response, "Vary")).isEqualTo("Accept-Encoding");
        assertThat(field(response, "ETag")).startsWith("\"");
        assertThat(field(response, "Last-Modified")).endsWith(" GMT");
        assertThat(field(response, "Accept-Ranges")).isEqualTo("bytes");
        assertThat(field(response, "Date")).endsWith(" GMT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/js/app.js", "/big.bin", "/missing.css", "/login"})
    void protectsTheBrowser(String path) throws Exception {
        HttpResponse<byte[]> response = web.get(path, "Accept", "*/*");
        assertThat(field(response, "Content-Security-Policy"))
                .contains("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")
                .doesNotContain("unsafe");
        assertThat(field(response, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(field(response, "Referrer-Policy")).isEqualTo("strict-origin-when-cross-origin");
        assertThat(field(response, "Permissions-Policy")).contains("camera=()");
        assertThat(field(response, "Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
    }

    @Test
    void answersHeadAsGetWithoutTheBody() throws Exception {
        for (String path : new String[] {"/", "/js/app.js", "/big.bin", "/missing.css", "/empty.txt"}) {
            HttpResponse<byte[]> get = web.get(path);
            HttpResponse<byte[]> head = web.head(path);
            assertThat(head.statusCode()).as(path).isEqualTo(get.statusCode());
            assertThat(head.body()).isEmpty();
            for (String name :
                    new String[] {"Content-Length", "Content-Type", "ETag", "Cache-Control", "Last-Modified"}) {
                if (!(path.equals("/missing.css") && name.equals("Content-Length"))) {
                    assertThat(head.headers().firstValue(name))
                            .as(path + " " + name)
                            .isEqualTo(get.headers().firstValue(name));
                }
            }
        }
    }

    @Test
    void compressesForWhoWantsIt() throws Exception {
        HttpResponse<byte[]> plain = web.get("/js/app.js");
        HttpResponse<byte[]> packed = web.get("/js/app.js", "Accept-Encoding", "br;q=0.9, gzip;q=0.8");
        assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(field(packed, "Content-Encoding")).isEqualTo("gzip");
        assertThat(packed.body().length).isLessThan(plain.body().length);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes())
                .isEqualTo(plain.body());
        assertThat(field(packed, "ETag")).isNotEqualTo(field(plain, "ETag"));
        assertThat(field(packed, "Vary")).isEqualTo(field(plain, "Vary")).isEqualTo("Accept-Encoding");
        assertThat(field(web.get("/js/app.js", "Accept-Encoding", "gzip;q=0"), "Vary"))
                .isEqualTo("Accept-Encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/js/app.js", "/big.bin"})
    void saysWhereACopyIsCurrent(String path) throws Exception {
        HttpResponse<byte[]> first = web.get(path);
        HttpResponse<byte[]> byTag = web.get(path, "If-None-Match", field(first, "ETag"));
        assertThat(byTag.statusCode()).isEqualTo(304);
        assertThat(byTag.body()).isEmpty();
        assertThat(field(byTag, "ETag")).isEqualTo(field(first, "ETag"));
        assertThat(field(byTag, "Cache-Control")).isEqualTo(field(first, "Cache-Control"));
        assertThat(web.get(path, "If-Modified-Since", field(first, "Last-Modified"))
                        .statusCode())
                .isEqualTo(304);
        assertThat(web.get(path, "If-None-Match", "\"other\"", "If-Modified-Since", field(first, "Last-Modified"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(web.get(path, "If-Match", "\"other\"").statusCode()).isEqualTo(412);
        assertThat(web.get(path, "If-Match", field(first, "ETag")).statusCode()).isEqualTo(200);
        assertThat(web.get(path, "If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT")
                        .statusCode())
                .isEqualTo(412);
    }

    @Test
    void sendsABigFileWhole() throws Exception {
        HttpResponse<byte[]> response = web.get("/big.bin", "Accept-Encoding", "gzip");
        assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(BIG.length);
        assertThat(sha256(response.body())).isEqualTo(sha256(BIG));
        assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(field(response, "Content-Type")).isEqualTo("application/octet-stream");
    }

    @Test
    void breaksOffWhereAFileBecomesShorterWhileItIsSent() throws Exception {
        long size = 256L << 20;
        Path file = site.resolve("shrinking.bin");
        try (RandomAccessFile shrinking = new RandomAccessFile(file.toFile(), "rw");
                Socket socket = new Socket("localhost", web.port())) {
            shrinking.setLength(size);
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("GET /shrinking.bin HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
            InputStream in = socket.getInputStream();
            assertThat(in.read()).isEqualTo('H');
            shrinking.setLength(1 << 20);
            assertThat(bytesUntilEnd(in)).isLessThan(size);
        } finally {
            Files.delete(file);
        }
        assertThat(web.get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void givesUpADownloadThatNobodyTakes() throws Exception {
        try (TestWeb strict = TestWeb.start("content: {directory: '" + site + "'}\ntimeouts: {client: 500ms}");
                Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress("localhost", strict.port()));
            socket.getOutputStream().write("GET /big.bin HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
            await().atMost(Duration.ofSeconds(30)).until(() -> strict.metric("web_connections_accepted_total") == 1);
            await().atMost(Duration.ofSeconds(30)).until(() -> strict.metric("web_connections") == 0);
        }
    }

    @Test
    void hasPatienceWithADownloadThatIsSlow() throws Exception {
        String timeouts = "timeouts: {client: 4s, idle: 1s}";
        try (TestWeb strict = TestWeb.start("content: {directory: '" + site + "'}\n" + timeouts);
                Socket socket = new Socket()) {
            socket.setReceiveBufferSize(1 << 16);
            socket.connect(new InetSocketAddress("localhost", strict.port()));
            socket.getOutputStream()
                    .write("GET /big.bin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
            InputStream in = socket.getInputStream();
            long begin = System.nanoTime();
            long received = 0;
            byte[] buffer = new byte[BIG.length / 32];
            for (int count = in.readNBytes(buffer, 0, buffer.length); count > 0; ) {
                received += count;
                Instant next = Instant.now().plusMillis(received < BIG.length ? 200 : 0);
                await().pollInterval(Duration.ofMillis(10))
                        .until(() -> Instant.now().isAfter(next));
                count = in.readNBytes(buffer, 0, buffer.length);
            }
            assertThat(received).isGreaterThan(BIG.length);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(5));
        }
    }

    /** A reset is an end, too: either way the client knows that something is missing. */
    private static long bytesUntilEnd(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long received = 0;
        try {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                received += count;
            }
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        return received;
    }

    @Test
    void sendsPartsOfABigFile() throws Exception {
        String tag = field(web.head("/big.bin"), "ETag");
        int half = BIG.length / 2;
        HttpResponse<byte[]> first = web.get("/big.bin", "Range", "bytes=0-" + (half - 1));
        HttpResponse<byte[]> second = web.get("/big.bin", "Range", "bytes=" + half + "-", "If-Range", tag);
        assertThat(first.statusCode()).isEqualTo(206);
        assertThat(field(first, "Content-Range")).isEqualTo("bytes 0-" + (half - 1) + "/" + BIG.length);
        assertThat(second.statusCode()).isEqualTo(206);
        byte[] joined = Arrays.copyOf(first.body(), BIG.length);
        System.arraycopy(second.body(), 0, joined, half, second.body().length);
        assertThat(sha256(joined)).isEqualTo(sha256(BIG));

        HttpResponse<byte[]> tail = web.get("/big.bin", "Range", "bytes=-10");
        assertThat(tail.body()).isEqualTo(Arrays.copyOfRange(BIG, BIG.length - 10, BIG.length));
    }

    @Test
    void sendsPartsOfASmallFile() throws Exception {
        HttpResponse<byte[]> part = web.get("/", "Range", "bytes=2-8");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).asString(UTF_8).isEqualTo("doctype");
        assertThat(field(part, "Content-Range")).isEqualTo("bytes 2-8/" + INDEX.length());
        assertThat(web.get("/", "Range", "bytes=0-1,1-5").statusCode()).isEqualTo(200);
        assertThat(web.get("/", "Range", "bytes=0-1", "If-Range", "\"other\"").statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/big.bin", "/empty.txt"})
    void refusesPartsThatAreNotThere(String path) throws Exception {
        long length = web.get(path).body().length;
        HttpResponse<byte[]> response = web.get(path, "Range", "bytes=" + length + "-");
        assertThat(response.statusCode()).isEqualTo(416);
        assertThat(field(response, "Content-Range")).isEqualTo("bytes */" + length);
    }

    @Test
    void servesAFileThatChangedOnDisk() throws Exception {
        Path file = Files.writeString(site.resolve("news.txt"), "old news");
        HttpResponse<byte[]> before = web.get("/news.txt");
        Files.writeString(file, "new news");
        HttpResponse<byte[]> after = web.get("/news.txt", "If-None-Match", field(before, "ETag"));
        assertThat(before.body()).asString(UTF_8).isEqualTo("old news");
        assertThat(after.statusCode()).isEqualTo(200);
        assertThat(after.body()).asString(UTF_8).isEqualTo("new news");
        Files.delete(file);
        assertThat(web.get("/news.txt").statusCode()).isEqualTo(404);
    }

    @Test
    void servesAChangedFileNoLaterThanTold() throws Exception {
        Path file = Files.writeString(site.resolve("slow-news.txt"), "old");
        try (TestWeb lazy = TestWeb.start("content: {directory: '" + site + "', recheck: 3s}")) {
            assertThat(lazy.get("/slow-news.txt").body()).asString(UTF_8).isEqualTo("old");
            Files.writeString(file, "new");
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(lazy.get("/slow-news.txt").body())
                            .asString(UTF_8)
                            .isEqualTo("new"));
            assertThat(lazy.metric("web_content_lookups_total{result=\"memory\"}"))
                    .isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/article/some-slug", "/editor/", "/js", "/js/", "/login?next=/x.html"})
    void givesThePageForViewsOfTheSite(String path) throws Exception {
        HttpResponse<byte[]> response = web.get(path, "Accept", BROWSER);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).asString(UTF_8).isEqualTo(INDEX);
        assertThat(field(response, "Cache-Control")).isEqualTo("no-cache");
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        HttpResponse<byte[]> asset = web.get("/js/missing.js", "Accept", BROWSER);
        assertThat(asset.statusCode()).isEqualTo(404);
        assertThat(field(asset, "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(asset.body())
                .asString(UTF_8)
                .contains("There is nothing at this address")
                .doesNotContain(site.toString());
        HttpResponse<byte[]> data = web.get("/login", "Accept", "application/json");
        assertThat(data.statusCode()).isEqualTo(404);
        assertThat(field(data, "Content-Type")).isEqualTo("application/problem+json");
        assertThat(field(data, "Cache-Control")).isEqualTo("no-store");
        assertThat(web.get("/apis/x.json").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
    void letsFilesBeReadOnly(String method) throws Exception {
        HttpResponse<byte[]> response =
                web.send(web.request("/index.html").method(method, BodyPublishers.ofString("x")));
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(field(response, "Allow")).isEqualTo("GET, HEAD");
        assertThat(Files.readString(site.resolve("index.html"))).isEqualTo(INDEX);
    }

    @Test
    void saysHowLongACopyMayBeUsed() throws Exception {
        assertThat(field(web.get("/js/app.js"), "Cache-Control")).isEqualTo("public, max-age=0, must-revalidate");
        assertThat(field(web.get("/js/app-3f2a9c1b.js"), "Cache-Control"))
                .isEqualTo("public, max-age=31536000, immutable");
    }

    @Test
    void staysReadyOnlyWhileItsContentCanBeRead() throws Exception {
        Path other = Files.createDirectory(site.resolveSibling(site.getFileName() + "-other"));
        Path index = Files.writeString(other.resolve("index.html"), INDEX);
        try (TestWeb fragile = TestWeb.start("content: {directory: '" + other + "', recheck: 0s}")) {
            assertThat(fragile.get("/health/ready").statusCode()).isEqualTo(200);
            Files.delete(index);
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                HttpResponse<byte[]> response = fragile.get("/health/ready");
                assertThat(response.statusCode()).isEqualTo(503);
                assertThat(response.body()).asString(UTF_8).contains("index.html is not there any more");
            });
            assertThat(fragile.management("/health/ready")).contains("index.html");
            Files.writeString(index, INDEX);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> fragile.get("/health/ready").statusCode() == 200);
        } finally {
            Files.deleteIfExists(index);
            Files.delete(other);
        }
    }

    @Test
    void countsWhatItDoes() throws Exception {
        double before = web.metric("web_requests_total{code=\"2xx\",kind=\"static\"}");
        double bytes = web.metric("web_response_body_bytes_total{kind=\"static\"}");
        web.get("/big.bin");
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(web.metric("web_requests_total{code=\"2xx\",kind=\"static\"}"))
                    .isGreaterThan(before);
            assertThat(web.metric("web_response_body_bytes_total{kind=\"static\"}"))
                    .isGreaterThanOrEqualTo(bytes + BIG.length);
            assertThat(web.metric("web_content_lookups_total{result=\"disk\"}")).isPositive();
        });
    }

    private static String field(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static byte[] sha256(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    @Test
    void sendsTheFormThatTheBuildPutBesideAFile() throws Exception {
        HttpResponse<byte[]> response = web.get("/js/coded.js", "Accept-Encoding", "gzip, deflate, br, zstd");
        assertThat(field(response, "Content-Encoding")).isEqualTo("br");
        assertThat(field(response, "Content-Type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(field(response, "Vary")).isEqualTo("Accept-Encoding");
        assertThat(response.body()).asString(UTF_8).isEqualTo("brotli");
        HttpResponse<byte[]> other = web.get("/js/coded.js", "Accept-Encoding", "zstd, br;q=0.5");
        assertThat(other.body()).asString(UTF_8).isEqualTo("zstandard");
        assertThat(field(other, "ETag")).isNotEqualTo(field(response, "ETag"));
        assertThat(web.get("/js/coded.js").body()).asString(UTF_8).startsWith("let y");
        // Older than the file that it was made of: it is of another version.
        assertThat(field(web.get("/js/stale.js", "Accept-Encoding", "br, gzip;q=0.1"), "Content-Encoding"))
                .isEqualTo("gzip");

        Files.writeString(site.resolve("js/coded.js.br"), "anew");
        assertThat(web.get("/js/coded.js", "Accept-Encoding", "br").body())
                .asString(UTF_8)
                .isEqualTo("anew");
    }

    @Test
    void sendsSeveralPartsFromMemoryAndFromDisk() throws Exception {
        String whole = "export const x = 1;\n".repeat(100);
        String text = multipart(web.get("/js/app.js", "Range", "bytes=0-5, 1000-1003, -4, 9999-"));
        assertThat(text)
                .contains("Content-Range: bytes 0-5/2000\r\n\r\nexport\r\n--")
                .contains("Content-Range: bytes 1000-1003/2000\r\n\r\n" + whole.substring(1000, 1004) + "\r\n--")
                .contains("Content-Range: bytes 1996-1999/2000\r\n\r\n" + whole.substring(1996) + "\r\n--")
                .contains("Content-Type: text/javascript; charset=utf-8\r\n");

        String big = multipart(web.get("/big.bin", "Range", "bytes=8000000-8000099,5-6"));
        assertThat(big)
                .contains("bytes 8000000-8000099/8388608\r\n\r\n" + new String(BIG, 8_000_000, 100, ISO_8859_1)
                        + "\r\n--")
                .contains("bytes 5-6/8388608\r\n\r\n" + new String(BIG, 5, 2, ISO_8859_1) + "\r\n--");

        assertThat(web.get("/js/app.js", "Range", "bytes=0-5,9999-").statusCode())
                .isEqualTo(206);
        assertThat(web.get("/js/app.js", "Range", "bytes=5000-,9999-").statusCode())
                .isEqualTo(416);
        for (String abuse :
                new String[] {"bytes=0-,1-,2-", "bytes=0-9,5-14", "bytes=0-1,x", "bytes=0-0" + ",2-2".repeat(16)}) {
            assertThat(web.get("/js/app.js", "Range", abuse).statusCode())
                    .as(abuse)
                    .isEqualTo(200);
        }
        assertThat(web.get("/big.bin", "Range", "bytes=0-65533,3000000-3000001").statusCode())
                .isEqualTo(206);
        assertThat(web.get("/big.bin", "Range", "bytes=0-65534,3000000-3000001").statusCode())
                .isEqualTo(200);
    }

    private static String multipart(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).isEqualTo(206);
        assertThat(response.headers().firstValue("Content-Range")).isEmpty();
        String type = field(response, "Content-Type");
        assertThat(type).startsWith("multipart/byteranges; boundary=");
        String text = new String(response.body(), ISO_8859_1);
        assertThat(text).endsWith("\r\n--" + type.substring(type.indexOf('=') + 1) + "--\r\n");
        return text;
    }

    @Test
    void answersPeopleWithTheSitesOwnErrorPages() throws Exception {
        Files.writeString(site.resolve("404.html"), "<title>Our own 404</title>");
        HttpResponse<byte[]> missing = web.get("/missing.png", "Accept", BROWSER);
        Files.delete(site.resolve("404.html"));
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.body()).asString(UTF_8).contains("Our own 404");
        assertThat(field(missing, "Cache-Control")).isEqualTo("no-store");
        assertThat(field(missing, "Content-Security-Policy")).isNotEmpty();
        assertThat(field(web.get("/missing.png"), "Content-Type")).isEqualTo("application/problem+json");

        HttpResponse<byte[]> failed = web.get("/api/x", "Accept", BROWSER);
        assertThat(failed.statusCode()).isEqualTo(503);
        assertThat(failed.body()).asString(UTF_8).contains("Our own 50x");
        for (String method : new String[] {"POST", "DELETE"}) {
            HttpResponse<byte[]> unsafe =
                    web.send(web.request("/api/x", "Accept", BROWSER).method(method, BodyPublishers.noBody()));
            assertThat(unsafe.statusCode()).isEqualTo(503);
            assertThat(unsafe.body()).asString(UTF_8).contains("Our own 50x");
        }
        assertThat(field(web.get("/api/x", "Accept", "application/json"), "Content-Type"))
                .isEqualTo("application/problem+json");
    }
}
