package com.foobar.web.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.message.Method;
import com.foobar.web.conditional.ByteRange;
import com.foobar.web.conditional.Preconditions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileAnswerTest {
    private static final Instant MODIFIED = Instant.parse("2026-11-20T10:00:00Z");
    private static final Instant NOW = MODIFIED.plusSeconds(3600);

    private final SiteFile.InMemory file =
            InMemoryFiles.of("site.css", "a { color: red }\n".repeat(100).getBytes(UTF_8), MODIFIED);
    private final String plainTag = file.plain().tag().header();
    private final String gzipTag = file.coded("gzip").tag().header();

    @Test
    void sendsTheWhole() {
        FileAnswer answer = decide(request(Method.GET, Preconditions.NONE, null, null));
        assertThat(answer).isEqualTo(new FileAnswer(200, file.plain(), List.of()));
        assertThat(answer.length()).isEqualTo(1700);
    }

    @Test
    void sendsTheFormThatIsPreferred() {
        assertThat(decide(request(Method.GET, Preconditions.NONE, null, "gzip")))
                .isEqualTo(new FileAnswer(200, file.coded("gzip"), List.of()));
    }

    @Test
    void judgesConditionsByTheChosenForm() {
        assertThat(decide(request(Method.GET, ifNoneMatch(gzipTag), null, "gzip"))
                        .status())
                .isEqualTo(304);
        assertThat(decide(request(Method.GET, ifNoneMatch(gzipTag), null, null)).status())
                .isEqualTo(200);
        assertThat(decide(request(Method.GET, ifNoneMatch(plainTag), null, "gzip"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void sendsAPartOfTheChosenForm() {
        assertThat(decide(request(Method.GET, Preconditions.NONE, "bytes=5-9", null)))
                .isEqualTo(new FileAnswer(206, file.plain(), List.of(new ByteRange(5, 5))));
        FileAnswer packed = decide(request(Method.GET, ifRange(gzipTag), "bytes=5-", "gzip"));
        assertThat(packed.status()).isEqualTo(206);
        assertThat(packed.offset()).isEqualTo(5);
        assertThat(packed.length()).isEqualTo(file.coded("gzip").length() - 5);
    }

    @Test
    void sendsTheWholeWhereIfRangeNamesAnotherForm() {
        assertThat(decide(request(Method.GET, ifRange(plainTag), "bytes=5-", "gzip"))
                        .status())
                .isEqualTo(200);
        assertThat(decide(request(Method.GET, ifRange("\"other\""), "bytes=5000-", null))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void refusesAPartThatIsNotThere() {
        assertThat(decide(request(Method.GET, Preconditions.NONE, "bytes=1700-", null))
                        .status())
                .isEqualTo(416);
    }

    @Test
    void ignoresARangeInHead() {
        assertThat(decide(request(Method.HEAD, Preconditions.NONE, "bytes=5-9", null))
                        .status())
                .isEqualTo(200);
        assertThat(decide(request(Method.HEAD, Preconditions.NONE, "bytes=9999-", null))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void putsConditionsBeforeTheRange() {
        assertThat(decide(request(Method.GET, ifNoneMatch(plainTag), "bytes=9999-", null))
                        .status())
                .isEqualTo(304);
        Preconditions failing = new Preconditions("\"other\"", null, null, null, null);
        assertThat(decide(request(Method.GET, failing, "bytes=0-1", null)).status())
                .isEqualTo(412);
        assertThat(decide(request(Method.HEAD, failing, null, null)).status()).isEqualTo(412);
    }

    private FileAnswer decide(FileRequest request) {
        return FileAnswer.decide(request, file, NOW);
    }

    private static FileRequest request(Method method, Preconditions preconditions, String range, String coding) {
        return new FileRequest(method, preconditions, range, coding, null);
    }

    private static Preconditions ifNoneMatch(String tag) {
        return new Preconditions(null, null, tag, null, null);
    }

    private static Preconditions ifRange(String tag) {
        return new Preconditions(null, null, null, null, tag);
    }
}
