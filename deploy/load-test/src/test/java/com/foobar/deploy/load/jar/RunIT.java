package com.foobar.deploy.load.jar;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.deploy.load.jar.FakeSite.Fault;
import com.foobar.deploy.load.jar.LoadTestJar.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar against a site that is as it should be, or is not. */
class RunIT {
    @TempDir
    private Path directory;

    @Test
    void passesWhereEverythingIsRight() throws Exception {
        try (FakeSite site = new FakeSite()) {
            Result result = LoadTestJar.run(
                    directory, "smoke", "--base-url", site.address().toString());

            assertThat(result.output())
                    .contains("compared with what had been written: all right")
                    .containsPattern("write +publish +4 +0 +\\d+")
                    .endsWith("passed\n")
                    .doesNotContain("WARN")
                    .doesNotContain("ERROR");
            assertThat(result.status()).isZero();
        }
    }

    @Test
    void failsWhereReadsLackWhatWasWritten() throws Exception {
        try (FakeSite site = new FakeSite(
                Fault.KEEPS_DELETED_ARTICLES,
                Fault.COUNTS_LIKES_LATE,
                Fault.SHOWS_OLD_TEXT,
                Fault.HIDES_COMMENTS,
                Fault.FEEDS_NOTHING)) {
            Result result = LoadTestJar.run(
                    directory, "smoke", "--base-url", site.address().toString());

            assertThat(result.output())
                    .containsPattern("compared with what had been written: \\d+ wrong")
                    .containsPattern("wrong read: \\$\\.article\\.favoritesCount is [01], should be [12]")
                    .contains("wrong read: 200 for what was deleted before")
                    .contains("wrong read: $.article.body is Load balancers")
                    .contains("wrong read: $.comments[*].id is 0, should be 1")
                    .contains("wrong read: $.articles[*].slug lacks article-")
                    .contains("all reads were right: count of failed events is 0.0 : false")
                    .doesNotContain("passed");
            assertThat(result.status()).isEqualTo(1);
        }
    }

    @Test
    void failsWhereAnArticleIsNotThere() throws Exception {
        try (FakeSite site = new FakeSite(Fault.FORGETS_ARTICLES)) {
            Result result = LoadTestJar.run(
                    directory, "smoke", "--base-url", site.address().toString());

            assertThat(result.output())
                    .contains("  404 for what was written before")
                    .contains("  $.tags[*] lacks load-")
                    .contains("  $.articlesCount is 0, should be 1")
                    .contains("all reads were right: count of failed events is 0.0 : false");
            assertThat(result.status()).isEqualTo(1);
        }
    }

    @Test
    void tellsWhatIsRefusedFromWhatIsWrong() throws Exception {
        try (FakeSite site = new FakeSite(Fault.REFUSES_LIKES, Fault.REFUSES_DELETIONS, Fault.REFUSES_READERS)) {
            Result result = LoadTestJar.run(
                    directory, "smoke", "--base-url", site.address().toString());

            assertThat(result.output())
                    .contains("compared with what had been written: all right")
                    .contains("all reads were right: count of failed events is 0.0 : true")
                    .contains("Global: count of failed events is 0.0 : false")
                    .contains("503");
            assertThat(result.status()).isEqualTo(1);
        }
    }

    @Test
    void mixedWarmsUpMeasuresAndKeepsItsLog() throws Exception {
        try (FakeSite site = new FakeSite()) {
            Result result = LoadTestJar.run(
                    directory,
                    "mixed",
                    "--base-url=" + site.address(),
                    "--rate=20",
                    "--warm-up=1s",
                    "--duration=3s",
                    "--think-time=0s",
                    "--limits=none",
                    "--results=kept");

            assertThat(result.output())
                    .contains("compared with what had been written: all right")
                    .containsPattern("password +register +\\d+ +0 ")
                    .endsWith("passed\n");
            assertThat(result.status()).isZero();
            try (Stream<Path> kept = Files.walk(directory.resolve("kept"))) {
                assertThat(kept).anyMatch(file -> file.endsWith("simulation.log"));
            }
        }
    }

    @Test
    void mixedFailsWhenALimitIsExceeded() throws Exception {
        try (FakeSite site = new FakeSite(Fault.REFUSES_COMMENTS)) {
            Result result = LoadTestJar.run(
                    directory,
                    "mixed",
                    "--base-url=" + site.address(),
                    "--rate=20",
                    "--warm-up=0s",
                    "--duration=3s",
                    "--think-time=0s",
                    "--max-failed=0.1");

            assertThat(result.output())
                    .contains("Global: percentage of failed events is less than or equal to 0.1 : false")
                    .contains("read: 95th percentile of response time is less than or equal to 300.0 : ")
                    .contains("password: 99th percentile of response time is less than or equal to 4000.0 : ");
            assertThat(result.status()).isEqualTo(1);
        }
    }

    @Test
    void saysAtOnceThatNobodyAnswers() throws Exception {
        String nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = "http://localhost:" + socket.getLocalPort();
        }

        Result result = LoadTestJar.run(directory, "--base-url", nobody);

        assertThat(result.output())
                .isEqualTo("load-test: " + nobody + ": no connection can be made. Is the site up?\n");
        assertThat(result.status()).isEqualTo(3);
    }

    @Test
    void saysAllThatIsWrongWithItsSettings() throws IOException, InterruptedException {
        Result result = LoadTestJar.run(directory, "wild", "--rate=0", "--http2=perhaps");

        assertThat(result.output())
                .contains("simulation: wild (", "rate: 0 (", "http2: perhaps (")
                .doesNotContain("\tat ");
        assertThat(result.status()).isEqualTo(2);
    }

    @Test
    void explainsItself() throws IOException, InterruptedException {
        Result result = LoadTestJar.run(directory, "--help");

        assertThat(result.output()).contains("--base-url", "--max-failed", "--limits", "smoke");
        assertThat(result.status()).isZero();
    }
}
