package com.foobar.web.content;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathResolverTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/                       | index.html",
                "/?a=/../b               | index.html",
                "/index.html             | index.html",
                "/css/site.css           | css/site.css",
                "/css/site.css?v=%00..   | css/site.css",
                "/css/                   | css/index.html",
                "/article/how-to-train   | article/how-to-train",
                "/a%20b.txt              | a b.txt",
                "/%61.txt                | a.txt",
                "/gr%C3%BC%C3%9Fe.html   | grüße.html",
                "/emoji%F0%9F%98%80.txt  | emoji😀.txt",
                "/%252e%252e/secret      | %2e%2e/secret",
                "/a..b/c...d             | a..b/c...d",
                "/a+b;c=d&e              | a+b;c=d&e",
                "/~user/x                | ~user/x",
                "/.well-known/security.txt | .well-known/security.txt",
            })
    void namesTheFile(String target, String name) {
        assertThat(PathResolver.resolve(target))
                .isInstanceOfSatisfying(ResolvedPath.Named.class, named -> assertThat(named.name())
                        .isEqualTo(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/../",
                "/../etc/passwd",
                "/css/../index.html",
                "/css/..",
                "/./index.html",
                "/.",
                "/css/./site.css",
                "/%2e%2e/etc/passwd",
                "/%2E%2E/etc/passwd",
                "/.%2e/etc/passwd",
                "/%2e./etc/passwd",
                "/%2e/index.html",
                "/css/%2e%2e",
                "/..%2fetc%2fpasswd",
                "/..%2Fetc/passwd",
                "/css%2fsite.css",
                "/..%5cwindows",
                "/..%5Cwindows",
                "/..\\windows",
                "/css\\site.css",
                "\\index.html",
                "/index.html%00",
                "/index.html%00.css",
                "/%00",
                "/%0d%0aSet-Cookie:x",
                "/a%0ab",
                "/a%09b",
                "/a%7fb",
                "/a%C2%85b",
                "/%",
                "/%2",
                "/%zz",
                "/%u002e%u002e/",
                "/%c0%ae%c0%ae/etc/passwd",
                "/%e0%80%ae%e0%80%ae/",
                "/%c0%af",
                "/%ff%fe",
                "/%ed%a0%80",
                "/%C3",
                "/gr\u00fc\u00dfe",
                "/\uff0e\uff0e/etc/passwd",
                "",
                "index.html",
                "*",
                "http://www.foobar.com/index.html",
                "?x",
            })
    void refusesWhatIsMalformedOrHasTwoReadings(String target) {
        assertThat(PathResolver.resolve(target))
                .isInstanceOfSatisfying(ResolvedPath.Refused.class, refused -> assertThat(refused.status())
                        .isEqualTo(400));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.git/config",
                "/.env",
                "/%2eenv",
                "/.htaccess",
                "/css/.hidden",
                "/.hidden/site.css",
                "/...",
                "/.../x",
                "/..a",
                "/x/.well-known/security.txt",
                "/.well-known/.hidden",
                "/.well-knownx",
                "//",
                "//etc/passwd",
                "/css//site.css",
                "///",
            })
    void findsNothingWhereNamesAreHiddenOrEmpty(String target) {
        assertThat(PathResolver.resolve(target))
                .isInstanceOfSatisfying(ResolvedPath.Refused.class, refused -> assertThat(refused.status())
                        .isEqualTo(404));
    }

    @Test
    void findsNothingUnderNamesThatNoFileSystemHolds() {
        assertThat(statusOf("/" + "x".repeat(256))).isEqualTo(404);
        assertThat(statusOf("/" + "%C3%BC".repeat(128))).isEqualTo(404);
        assertThat(statusOf("/a".repeat(600))).isEqualTo(404);
        assertThat(PathResolver.resolve("/" + "x".repeat(255))).isInstanceOf(ResolvedPath.Named.class);
    }

    @ParameterizedTest
    @CsvSource({
        "/, true",
        "/login, true",
        "/article/some-slug, true",
        "/editor/, true",
        "/v1.2/notes, true",
        "/app.js, false",
        "/css/missing.css, false",
        "/LICENSE., false",
    })
    void tellsViewsOfTheSiteFromFiles(String target, boolean view) {
        assertThat(((ResolvedPath.Named) PathResolver.resolve(target)).mayBeView())
                .isEqualTo(view);
    }

    private static int statusOf(String target) {
        return ((ResolvedPath.Refused) PathResolver.resolve(target)).status();
    }
}
