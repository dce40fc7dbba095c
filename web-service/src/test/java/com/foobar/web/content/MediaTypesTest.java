package com.foobar.web.content;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "index.html          | text/html; charset=utf-8      | true",
                "css/site.css        | text/css; charset=utf-8       | true",
                "js/app.js           | text/javascript; charset=utf-8| true",
                "js/app.mjs          | text/javascript; charset=utf-8| true",
                "data.json           | application/json              | true",
                "icons/a.svg         | image/svg+xml; charset=utf-8  | true",
                "site.webmanifest    | application/manifest+json     | true",
                "a/b.PNG             | image/png                     | false",
                "photo.min.webp      | image/webp                    | false",
                "font.woff2          | font/woff2                    | false",
                "favicon.ico         | image/vnd.microsoft.icon      | true",
                "unknown.xyz         | application/octet-stream      | false",
                "LICENSE             | application/octet-stream      | false",
                "v1.html/LICENSE     | application/octet-stream      | false",
                "trailing.           | application/octet-stream      | false",
            })
    void knowsTheTypeByExtension(String name, String type, boolean text) {
        assertThat(MediaTypes.of(name)).isEqualTo(new MediaType(type, text));
    }

    @Test
    void tellsPagesFromOtherText() {
        assertThat(MediaTypes.of("a.html").isHtml()).isTrue();
        assertThat(MediaTypes.of("a.css").isHtml()).isFalse();
    }
}
