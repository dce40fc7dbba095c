package com.foobar.deploy.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.deploy.running.RunningStack;
import com.foobar.deploy.running.SharedStack;
import com.foobar.deploy.running.SiteClient;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page that tells which instance of each tier served it. */
@ExtendWith({ChromiumInstalled.class, SharedStack.class, SharedBrowser.class})
class InfrastructureBrowserIT {
    private static final String PATH = "/about/infrastructure";

    private final Visitors visitors;

    InfrastructureBrowserIT(Visitors visitors) {
        this.visitors = visitors;
    }

    @ParameterizedTest
    @EnumSource(
            names = {"PHONE", "DESKTOP"},
            value = Screen.class)
    void namesWhoAnsweredInEveryTier(Screen screen, RunningStack stack) {
        Visitor reader = visitors.at(screen);
        reader.open("/");
        // The list pushes the footer down when it comes, away from under the pointer.
        assertThat(reader.see(".article-preview").first()).isVisible();
        reader.page().click("footer a:has-text('What served this page?')");
        assertThat(reader.page()).hasURL(Pattern.compile(PATH + "$"));

        assertThat(instance(reader, "lb")).hasText("lb-1");
        assertThat(instance(reader, "web")).hasText(Pattern.compile("web-[12]"));
        assertThat(instance(reader, "app")).hasText(Pattern.compile("app-[12]"));
        assertThat(instance(reader, "router")).hasText(Pattern.compile("127\\.0\\.0\\.1:\\d+"));
        assertThat(instance(reader, "db")).hasText(Pattern.compile("db-[123], (replica|primary)"));
        assertThat(reader.see(".infra-freshness")).containsText(Pattern.compile("\\d+-\\d+-\\d+"));
        Locator drawing = reader.see("svg.infra-" + (screen == Screen.DESKTOP ? "wide" : "tall"));
        assertThat(drawing).isVisible();
        assertThat(drawing.locator(".is-last")).hasCount(6);
        assertThat(drawing.locator(".flow")).hasCount(5);
        assertThat(reader.see(".infra-frame")).containsText("lb-1");
        assertThat(reader.complaints()).isEmpty();
        String router = instance(reader, "router").innerText();
        assertThat(List.of(address(stack, "db-router-1"), address(stack, "db-router-2")))
                .contains(router);
    }

    @Test
    void namesTheBalancerThatTheVisitorCameThrough() {
        Visitor reader = visitors.at(Screen.DESKTOP, ColorScheme.LIGHT, "lb-2");
        reader.open(PATH);

        assertThat(instance(reader, "lb")).hasText("lb-2");
        assertThat(reader.see(".infra-frame")).containsText("lb-2");
    }

    @Test
    void showsTheRequestIdThatIsInTheLogOfEveryTier(RunningStack stack) {
        Visitor reader = visitors.at(Screen.DESKTOP);
        reader.open(PATH);
        askedOften(reader, 6);
        String id = reader.see(".infra-request").innerText();
        List<String> named = List.of(
                instance(reader, "lb").innerText(),
                instance(reader, "web").innerText(),
                instance(reader, "app").innerText());

        assertThat(named).allSatisfy(instance -> await(instance)
                .atMost(Duration.ofSeconds(30))
                .until(() -> Files.readString(stack.log(instance)).contains(id)));
    }

    @Test
    void showsOtherInstancesWhenItIsAskedAgain() {
        Visitor reader = visitors.at(Screen.DESKTOP);
        reader.open(PATH);
        askedOften(reader, 6);
        reader.page().click("button:has-text('Ask again')");
        askedOften(reader, 7);

        Locator repeated = reader.see("button:has-text('Ask every 2 seconds')");
        assertThat(repeated).hasAttribute("aria-pressed", "false");
        repeated.click();
        assertThat(repeated).hasAttribute("aria-pressed", "true");
        // Where the machine is so busy that checks of a web server fail, it takes a while until the other answers as
        // well.
        assertThat(reader.see("svg.infra-wide text:text-matches('^web-[12]$')"))
                .hasCount(2, new LocatorAssertions.HasCountOptions().setTimeout(60_000));
        assertThat(reader.see(".infra-tally:has-text('web-1')")).containsText("web-2");
        repeated.click();
        assertThat(repeated).hasAttribute("aria-pressed", "false");
    }

    @Test
    void seesAWriteInTheFreshnessOfTheDatabase(SiteClient client) throws Exception {
        Visitor reader = visitors.at(Screen.PHONE);
        reader.open(PATH);
        askedOften(reader, 6);
        String before = reader.see(".infra-freshness code").first().innerText();
        client.register("lb-2", "fresh" + Long.toString(System.nanoTime(), 36));

        reader.page().click("button:has-text('Ask again')");
        askedOften(reader, 7);
        assertThat(reader.see(".infra-freshness code").first()).not().hasText(before);
        assertThat(reader.see(".infra-freshness")).not().containsText("A little old");
    }

    @Test
    void saysWhenNobodyAnsweredAndKeepsWhatItKnew() {
        Visitor reader = visitors.at(Screen.DESKTOP);
        reader.open(PATH);
        askedOften(reader, 6);
        reader.page().route("**/api/infrastructure", Route::abort);
        reader.page().click("button:has-text('Ask again')");

        assertThat(reader.see(".infra-unanswered")).containsText("Unable to connect");
        assertThat(instance(reader, "lb")).hasText("lb-1");
        reader.page().unroute("**/api/infrastructure");
        reader.page().click("button:has-text('Ask again')");
        askedOften(reader, 7);
        assertThat(reader.see(".infra-unanswered")).hasCount(0);
    }

    @Test
    void saysThatTheNamesAreKeptWhereTheSettingIsOff() {
        Visitor reader = visitors.at(Screen.PHONE);
        // What an app server with server-timing: false answers, see InfrastructureIT of app-service.
        reader.page()
                .route(
                        "**/api/infrastructure",
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setStatus(404)
                                .setContentType("application/json")
                                .setBody("{\"errors\":{\"path\":[\"not found\"]}}")));
        reader.open(PATH);

        assertThat(reader.see(".empty-feed-message")).containsText("server-timing: false");
        assertThat(reader.see(".infra-drawing")).hasCount(0);
    }

    private static Locator instance(Visitor reader, String tier) {
        return reader.see(".infra-instance[data-tier=" + tier + "]");
    }

    private static void askedOften(Visitor reader, int times) {
        assertThat(reader.see(".infra-count"))
                .hasText(Pattern.compile("^\\s*(" + times + "|" + (times + 1) + ") asked"));
    }

    private static String address(RunningStack stack, String router) {
        return "127.0.0.1:" + stack.ports().traffic(router);
    }
}
