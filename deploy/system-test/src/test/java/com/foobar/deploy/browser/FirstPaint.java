package com.foobar.deploy.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.foobar.deploy.running.SharedStack;
import com.microsoft.playwright.options.ColorScheme;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Measures when a page shows its first content, in windows that have nothing in their caches, on a stack that has answered
 * before. Not part of the build, as it asserts nothing: run by the command in docs/site.md.
 */
@ExtendWith({SharedStack.class, SharedBrowser.class})
class FirstPaint {
    private static final int WARM_UP = 10;
    private static final int TIMES = 15;

    private final Visitors visitors;

    FirstPaint(Visitors visitors) {
        this.visitors = visitors;
    }

    @ParameterizedTest
    @CsvSource({
        "/, .article-preview",
        "/article/unplug-it-a-failover-you-can-watch, .article-content",
        "/about/infrastructure, .infra-readout dl"
    })
    void measure(String path, String whole) {
        double[] paints = IntStream.range(0, WARM_UP + TIMES)
                .mapToDouble(i -> firstPaint(path, whole))
                .skip(WARM_UP)
                .sorted()
                .toArray();
        System.out.printf(
                "first contentful paint of %s: median %.0f ms, all %s%n",
                path,
                paints[TIMES / 2],
                Arrays.toString(Arrays.stream(paints).mapToLong(Math::round).toArray()));
    }

    private double firstPaint(String path, String whole) {
        Visitor visitor = visitors.at(Screen.PHONE, ColorScheme.LIGHT, "lb-1");
        visitor.open(path);
        assertThat(visitor.see(whole).first()).isVisible();
        double millis = ((Number)
                        visitor.page().evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
                .doubleValue();
        visitors.leave();
        return millis;
    }
}
