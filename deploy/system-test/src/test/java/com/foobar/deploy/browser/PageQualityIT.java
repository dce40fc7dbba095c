package com.foobar.deploy.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.deploy.running.SharedStack;
import com.foobar.deploy.running.SiteClient;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for each page: accessibility by axe-core, the policy for scripts, stillness, weight. */
@ExtendWith({ChromiumInstalled.class, SharedStack.class, SharedBrowser.class})
class PageQualityIT {
    private static final String BODY = """
            ## A heading

            Text with [a link](https://example.org), `code` and a list:

            - one
            - two

            > A quotation

            ```
            a line of code that is wider than a phone, so that its box has to scroll by itself, which keyboards can
            ```

            | a | b |
            |---|---|
            | 1 | 2 |
            """;

    /** Addresses, and what is there once the page is whole. */
    private static final Map<String, String> PUBLIC_PAGES = ordered(
            "/", ".article-preview",
            "/?page=4000", ".blank-title",
            "/tag/database", ".article-preview",
            "/login", "form",
            "/register", "form",
            "/profile/johndoe", ".article-preview",
            "/profile/johndoe/favorites", ".articles-toggle",
            "/about/infrastructure", ".infra-readout dl",
            "/nowhere", "main h1");

    private static final Map<String, String> PRIVATE_PAGES = ordered(
            "/?feed=following",
            ".empty-feed-message",
            "/editor",
            "textarea[name=body]",
            "/settings",
            "textarea[name=bio]");

    private final Visitors visitors;

    PageQualityIT(Visitors visitors) {
        this.visitors = visitors;
    }

    @ParameterizedTest
    @CsvSource({"PHONE, DARK", "DESKTOP, LIGHT"})
    void breaksNoSeriousRuleOfAccessibility(Screen screen, ColorScheme scheme, SiteClient client) throws Exception {
        Visitor reader = visitors.at(screen, scheme, "lb-1");
        PUBLIC_PAGES.forEach((path, whole) -> assertAccessible(reader, path, whole));
        reader.page().route("**/api/articles?*", Route::abort);
        assertAccessible(reader, "/", ".load-failure");
        reader.page().unroute("**/api/articles?*");
        reader.page().click("nav a:has-text('Sign in')");
        reader.page().click("button[type=submit]");
        assertThat(reader.see(".error-messages")).isVisible();
        assertThat(AxeRules.serious(reader.page())).as("a refused form").isEmpty();

        Person person = Person.unknown();
        reader.comeAs(person);
        String article = reader.publish("Easy to read " + person.username(), "For everybody", BODY, "access");
        reader.comment("A remark");
        assertThat(AxeRules.serious(reader.page())).as("own article").isEmpty();
        PRIVATE_PAGES.forEach((path, whole) -> assertAccessible(reader, path, whole));
        assertAccessible(reader, article.replace("/article/", "/editor/"), ".tag-pill");
        reader.signOut();
        assertAccessible(reader, article, ".article-content pre");
    }

    private static void assertAccessible(Visitor reader, String path, String whole) {
        reader.open(path);
        assertThat(reader.see(whole).first()).isVisible();
        assertThat(AxeRules.serious(reader.page())).as(path).isEmpty();
    }

    @Test
    void holdsToAPolicyWithoutInlineScriptsOnEveryPage() {
        Visitor reader = visitors.at(Screen.DESKTOP);
        reader.comeAs(Person.unknown());
        Map<String, String> pages = new LinkedHashMap<>(PUBLIC_PAGES);
        pages.remove("/login");
        pages.remove("/register");
        pages.putAll(PRIVATE_PAGES);
        pages.forEach((path, whole) -> {
            Response response = reader.page().navigate(path);
            assertThat(response.headerValue("content-security-policy"))
                    .as(path)
                    .contains("default-src 'self'", "object-src 'none'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe-inline", "unsafe-eval");
            assertThat(reader.see(whole).first()).isVisible();
            assertThat(reader.see("[style], [onclick], script:not([src])")).hasCount(0);
        });
        assertThat(reader.complaints())
                .as("a breach of the policy is an error on the console")
                .isEmpty();
        assertThat(reader.requestsToOtherHosts()).isEmpty();
    }

    @Test
    void hasAPolicyThatAnInlineScriptDoesNotPass() {
        Visitor reader = visitors.at(Screen.DESKTOP);
        reader.open("/");
        reader.page().evaluate("""
                const script = document.createElement('script');
                script.textContent = 'window.wasRun = true';
                document.body.append(script);
                """);

        assertThat((Boolean) reader.page().evaluate("'wasRun' in window")).isFalse();
        assertThat(reader.complaints()).anyMatch(complaint -> complaint.contains("Content Security Policy"));
    }

    @ParameterizedTest
    @EnumSource(
            names = {"PHONE", "DESKTOP"},
            value = Screen.class)
    void keepsStillWhileItLoads(Screen screen) {
        Visitor reader = visitors.at(screen);
        for (String path : List.of("/", "/tag/database", "/profile/johndoe", "/about/infrastructure", "/login")) {
            reader.open(path);
            assertThat(reader.see(PUBLIC_PAGES.get(path)).first()).isVisible();
            assertThat(shift(reader)).as("cumulative layout shift of " + path).isLessThan(0.01);
        }
        reader.open("/");
        String article = reader.see(".preview-link").first().getAttribute("href");
        reader.open(article);
        assertThat(reader.see(".article-content")).isVisible();
        assertThat(shift(reader)).as("cumulative layout shift of " + article).isLessThan(0.01);
    }

    @Test
    void sendsLessThan60KilobytesOfScriptWithAnyPage() {
        Visitor writer = visitors.at(Screen.DESKTOP);
        writer.comeAs(Person.unknown());
        String article = writer.publish("Light " + System.nanoTime(), "To read", BODY, "light");
        Map<String, String> pages = new LinkedHashMap<>(PUBLIC_PAGES);
        pages.keySet().retainAll(List.of("/", "/login", "/profile/johndoe", "/about/infrastructure"));
        pages.put(article, ".article-content pre");
        pages.put("/settings", "textarea[name=bio]");
        pages.put("/editor", "textarea[name=body]");

        pages.forEach((path, whole) -> {
            Visitor reader = visitors.at(Screen.DESKTOP);
            if (!PUBLIC_PAGES.containsKey(path)) {
                // The pages of those who are signed in are heavier, the comment form of an article among them.
                reader.comeAs(Person.unknown());
            }
            Map<String, Request> scripts = new LinkedHashMap<>();
            reader.page().onRequestFinished(request -> {
                if (request.resourceType().equals("script")) {
                    scripts.put(request.url(), request);
                }
            });
            reader.open(path);
            assertThat(reader.see(whole).first()).isVisible();
            if (path.equals("/editor")) {
                reader.page().click("button:has-text('Preview')");
                assertThat(reader.see(".editor-preview")).isVisible();
            }
            assertThat(scripts.keySet()).anyMatch(url -> url.endsWith("/app.js"));
            int bytes = scripts.values().stream()
                    .mapToInt(request -> request.sizes().responseBodySize)
                    .sum();
            System.out.printf("script of %s: %d bytes compressed, in %d files%n", path, bytes, scripts.size());
            assertThat(bytes).as("compressed script of " + path).isBetween(1, 59_999);
        });
    }

    private static double shift(Visitor reader) {
        return ((Number) reader.page().evaluate("""
                        new Promise(done => {
                          let sum = 0;
                          new PerformanceObserver(list => {
                            for (const entry of list.getEntries()) sum += entry.value;
                          }).observe({ type: 'layout-shift', buffered: true });
                          requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
                        })
                        """)).doubleValue();
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
