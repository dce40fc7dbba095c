package com.foobar.web.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiPathsTest {
    @ParameterizedTest
    @CsvSource({
        "/api, true",
        "/api/, true",
        "/api/articles, true",
        "/api?x, true",
        "/apis, false",
        "/api.html, false",
        "/API/articles, false",
        "/%61pi/articles, false",
        "//api/articles, false",
        "/x/api/articles, false",
        "/ap, false",
        "*, false",
    })
    void areThoseBelowTheirPrefix(String target, boolean contained) {
        assertThat(ApiPaths.contains(target)).isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/..",
                "/api/../index.html",
                "/api/./articles",
                "/api/%2e%2e/x",
                "/api/%2E./x",
                "/api/.%2e",
                "/api/..%2fx",
                "/api/x%2f..%2fy",
                "/api/..%5cx",
                "/api/x%5C.%5Cy",
                "/api/..\\x",
                "/api/articles/..?x",
            })
    void areAmbiguousWithDotSegments(String target) {
        assertThat(ApiPaths.isAmbiguous(target)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api",
                "/api/articles?tag=..",
                "/api/articles/a%2Fb",
                "/api/articles/...",
                "/api/articles/a..b",
                "/api/profiles/.hidden",
                "/api/articles/x%2e",
                "/api/articles/100%",
                "/api/articles/%252e%252e",
                "/api/articles/",
                "/api//articles",
            })
    void arePassedOnOtherwise(String target) {
        assertThat(ApiPaths.isAmbiguous(target)).isFalse();
    }
}
