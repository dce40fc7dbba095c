package com.foobar.deploy.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.deploy.running.SharedStack;
import com.foobar.deploy.running.SiteClient;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.LoadState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the site shows while it waits, where there is nothing, and when something fails. */
@ExtendWith({ChromiumInstalled.class, SharedStack.class, SharedBrowser.class})
class StatesBrowserIT {
    private static final String SEEDED_AUTHOR = "johndoe";
    private static final String PREVIEW = ".article-preview";
    private static final Pattern ARTICLES = Pattern.compile("/api/articles\\?");

    private final Visitors visitors;

    StatesBrowserIT(Visitors visitors) {
        this.visitors = visitors;
    }

    @ParameterizedTest
    @EnumSource(
            names = {"PHONE", "DESKTOP"},
            value = Screen.class)
    void holdsThePlaceOfAListUntilItComes(Screen screen) {
        Visitor reader = visitors.at(screen);
        List<Route> held = new ArrayList<>();
        reader.page().route(ARTICLES, held::add);
        reader.open("/");

        assertThat(reader.see(".skeleton [aria-hidden=true]").first()).isVisible();
        assertThat(reader.see(".feed")).hasAttribute("aria-busy", "true");
        reader.page().waitForCondition(() -> !held.isEmpty());
        held.get(0).resume();
        assertThat(reader.see(PREVIEW).first()).isVisible();
        assertThat(reader.see(".skeleton")).hasCount(0);
        assertThat(reader.see(".feed")).hasAttribute("aria-busy", "false");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/tag/nobody-used-this-tag       | No articles about nobody-used-this-tag yet",
                "/?page=4000                     | There is no page 4000",
                "/article/nobody-wrote-this      | Article not found",
                "/profile/nobody-has-this-name   | Nobody is called nobody-has-this-name",
                "/nowhere                        | Page not found",
                "/article/%2e%zz                 | Page not found",
            })
    void saysSoWhereThereIsNothing(String path, String words) {
        Visitor reader = visitors.at(Screen.PHONE);
        // A broken percent-encoding never reaches the script by the address bar: web-service refuses it.
        if (path.contains("%zz")) {
            reader.open("/");
            reader.page().evaluate("path => history.pushState({ key: 'x' }, '', path)", path);
            reader.page().evaluate("dispatchEvent(new PopStateEvent('popstate'))");
        } else {
            reader.open(path);
        }
        assertThat(reader.see("main")).containsText(words);
        assertThat(reader.see("main a[href='/'], main a:has-text('first page')").first())
                .isVisible();
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    void tellsOfAListThatFailedAndLoadsItWhenAskedAgain(int status) {
        Visitor reader = visitors.at(Screen.DESKTOP);
        reader.page()
                .route(
                        ARTICLES,
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setStatus(status)
                                .setContentType("application/problem+json")
                                .setHeaders(Map.of("X-Request-Id", "find-me-in-the-logs"))
                                .setBody("{\"title\":\"Nobody there\",\"status\":" + status + "}")));
        reader.open("/");

        Locator failure = reader.see(".load-failure");
        assertThat(failure).containsText("The articles could not be loaded.");
        assertThat(failure).hasAttribute("role", "alert");
        assertThat(failure).containsText("find-me-in-the-logs");
        assertThat(reader.see(".sidebar .tag-pill").first()).isVisible();
        reader.page().unroute(ARTICLES);
        failure.locator("button:has-text('Try again')").click();
        assertThat(reader.see(PREVIEW).first()).isVisible();
    }

    @Test
    void doesNotShowAnAnswerThatIsNotWhatWasPromised() {
        Visitor reader = visitors.at(Screen.PHONE);
        reader.page().route(ARTICLES, route -> route.fulfill(new Route.FulfillOptions().setBody("<html>")));
        reader.open("/");

        assertThat(reader.see(".load-failure")).containsText("could not be read");
    }

    @ParameterizedTest
    @EnumSource(
            names = {"PHONE", "DESKTOP"},
            value = Screen.class)
    void keepsThePageWhileOfflineAndLoadsTheRestWhenBack(Screen screen) {
        Visitor reader = visitors.at(screen);
        reader.open("/");
        assertThat(reader.see(PREVIEW).first()).isVisible();
        reader.goOffline(true);

        assertThat(reader.see(".offline")).containsText("You are offline");
        assertThat(reader.see(PREVIEW).first()).isVisible();
        // Its script is there already: the page of a tag is the home page's.
        reader.see(".sidebar .tag-pill").first().click();
        assertThat(reader.see(".load-failure")).containsText("Unable to connect");

        reader.goOffline(false);
        assertThat(reader.see(PREVIEW).first()).isVisible();
        assertThat(reader.see(".offline")).hasCount(0);
    }

    @Test
    void tellsOfAPageWhoseScriptCouldNotBeLoaded() {
        Visitor reader = visitors.at(Screen.DESKTOP);
        reader.open("/");
        assertThat(reader.see(PREVIEW).first()).isVisible();
        reader.page().route("**/view/credentials.js", Route::abort);
        reader.page().click("nav a:has-text('Sign in')");

        // The first of several, while the page before is still there.
        assertThat(reader.see("main h1").first()).hasText("This page could not be loaded");
        reader.page().unroute("**/view/credentials.js");
        reader.page().click("button:has-text('Reload')");
        assertThat(reader.see("main h1").first()).hasText("Sign in");
    }

    @Test
    void keepsWhatWasTypedInEveryFormThatFails() {
        Visitor reader = visitors.at(Screen.PHONE);
        Person person = Person.unknown();
        reader.comeAs(person);
        reader.publish("Comments kept " + person.username(), "About", "Text.");
        reader.page().route(Pattern.compile("/api/(articles/[^/]+/comments|user)$"), route -> {
            if (route.request().method().equals("GET")) {
                route.resume();
            } else {
                route.abort();
            }
        });
        reader.page().fill("textarea[name=comment]", "Typed in a tunnel");
        reader.page().click("button:has-text('Post Comment')");
        assertThat(reader.see(".error-messages")).containsText("Unable to connect");
        assertThat(reader.see("textarea[name=comment]")).hasValue("Typed in a tunnel");

        reader.open("/settings");
        reader.page().fill("textarea[name=bio]", "Long story");
        reader.page().fill("input[name=password]", "another password");
        reader.page().click("button:has-text('Update Settings')");
        assertThat(reader.see(".error-messages")).containsText("Unable to connect");
        assertThat(reader.see("textarea[name=bio]")).hasValue("Long story");
        assertThat(reader.see("input[name=password]")).hasValue("another password");
        assertThat(reader.see("button:has-text('Update Settings')")).isEnabled();
    }

    @Test
    void tellsThatANameIsTakenAndKeepsTheRest() {
        Visitor reader = visitors.at(Screen.DESKTOP);
        reader.open("/register");
        reader.page().fill("input[name=username]", SEEDED_AUTHOR);
        reader.page().fill("input[name=email]", "somebody.else@example.org");
        reader.page().fill("input[name=password]", "long enough");
        reader.page().click("button[type=submit]");

        assertThat(reader.see(".error-messages li")).containsText("username has already been taken");
        assertThat(reader.see("input[name=email]")).hasValue("somebody.else@example.org");
        assertThat(reader.see("input[name=password]")).hasValue("long enough");
        assertThat(reader.page()).hasURL(Pattern.compile("/register$"));
    }

    @Test
    void turnsAFavoriteAtOnceAndBackWhenItFails() {
        Visitor reader = visitors.at(Screen.DESKTOP);
        reader.comeAs(Person.unknown());
        List<Route> held = new ArrayList<>();
        reader.page().route("**/favorite", held::add);
        reader.open("/");
        Locator heart = reader.see(PREVIEW + " .btn-favorite").last();
        int count = Integer.parseInt(heart.textContent().strip());
        heart.click();

        assertThat(heart).hasClass(Pattern.compile("btn-primary"));
        assertThat(heart).hasText(Integer.toString(count + 1));
        assertThat(heart).hasAttribute("aria-pressed", "true");
        reader.page().waitForCondition(() -> !held.isEmpty());
        held.get(0).abort();
        assertThat(heart).hasClass(Pattern.compile("btn-outline-primary"));
        assertThat(heart).hasText(Integer.toString(count));
        assertThat(reader.see(".notice")).containsText("stays as it was");
        reader.page().click(".notice-close");
        assertThat(reader.see(".notice")).hasCount(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404})
    void signsOutWhenTheTokenIsRefused(int status) {
        Visitor reader = visitors.at(Screen.PHONE);
        reader.open("/");
        reader.page().evaluate("localStorage.setItem('jwtToken', 'of-yesterday')");
        reader.page()
                .route(
                        "**/api/user",
                        route -> route.fulfill(
                                new Route.FulfillOptions().setStatus(status).setBody("{}")));
        reader.page().reload();

        assertThat(reader.see("nav a:has-text('Sign in')")).isVisible();
        assertThat((Boolean) reader.page().evaluate("localStorage.getItem('jwtToken') === null"))
                .isTrue();
        assertThat(reader.page().evaluate("window.__conduit_debug__.getAuthState()"))
                .isEqualTo("unauthenticated");
    }

    @Test
    void waitsForTheAccountWhereAPageNeedsOne() {
        Visitor reader = visitors.at(Screen.DESKTOP);
        Person person = Person.unknown();
        reader.comeAs(person);
        reader.page().route("**/api/user", Route::abort);
        reader.open("/settings");

        assertThat(reader.see("main h1").first()).containsText("account");
        reader.page().unroute("**/api/user");
        reader.page().click("button:has-text('Try now')");
        assertThat(reader.see("input[name=username]")).hasValue(person.username());
    }

    @ParameterizedTest
    @EnumSource(
            names = {"PHONE", "DESKTOP"},
            value = Screen.class)
    void turnsPagesAndComesBackToWhereTheReaderWas(Screen screen, SiteClient client) throws Exception {
        String writer = "pager" + Long.toString(System.nanoTime(), 36);
        String token = client.register("lb-1", writer);
        for (int i = 0; i < 12; i++) {
            client.publish("lb-1", token, "Page turner " + i);
        }
        Visitor reader = visitors.at(screen);
        reader.open("/");
        assertThat(reader.see(PREVIEW)).hasCount(10);
        assertThat(reader.see(".page-item.active")).hasText("1");
        String first = reader.see(PREVIEW + " h1").first().textContent();
        reader.page()
                .getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName("Page 2").setExact(true))
                .click();

        assertThat(reader.page()).hasURL(Pattern.compile("/\\?page=2$"));
        assertThat(reader.see(".page-item.active")).hasText("2");
        assertThat(reader.see(PREVIEW + " h1").first()).not().hasText(first);
        reader.page().reload();
        assertThat(reader.see(".page-item.active")).hasText("2");
        reader.page().goBack();
        assertThat(reader.see(".page-item.active")).hasText("1");
        assertThat(reader.see(PREVIEW + " h1").first()).hasText(first);
        assertThat(reader.complaints()).isEmpty();
    }

    @Test
    void offersAStrangerOneWayToSignInOnAnArticleAndLeadsBack(SiteClient client) throws Exception {
        String token = client.register("lb-1", "inviter" + Long.toString(System.nanoTime(), 36));
        String article = "/article/" + client.publish("lb-1", token, "An invitation");
        Visitor reader = visitors.at(Screen.PHONE);
        reader.open(article);
        Locator invitation = reader.see("a[href='/login']");
        assertThat(invitation).hasCount(1);
        invitation.click();
        reader.page().fill("input[name=email]", "john@foobar.com");
        reader.page().fill("input[name=password]", "conduit-demo");
        reader.page().click("button[type=submit]");

        assertThat(reader.page()).hasURL(visitors.site().resolve(article).toString());
        assertThat(reader.see("textarea[placeholder='Write a comment...']")).isVisible();
    }

    @Test
    void changesTheSettingsOfAPersonAndShowsThem() {
        Visitor reader = visitors.at(Screen.PHONE);
        Person person = Person.unknown();
        reader.comeAs(person);
        reader.open("/settings");
        reader.page().fill("textarea[name=bio]", "Writes <b>plainly</b>.");
        reader.page().fill("input[name=image]", "/avatars/janeroe.svg");
        reader.page().click("button:has-text('Update Settings')");

        assertThat(reader.page())
                .hasURL(visitors.site().resolve(person.profile()).toString());
        assertThat(reader.see(".user-info")).containsText("Writes <b>plainly</b>.");
        assertThat(reader.see(".user-img")).hasAttribute("src", "/avatars/janeroe.svg");
        assertThat(reader.see("a:has-text('Edit Profile Settings')")).isVisible();
        assertThat(reader.complaints()).isEmpty();
    }

    @Test
    void keepsACommentThatOvertakesTheListOfComments() {
        Visitor writer = visitors.at(Screen.PHONE);
        Person author = Person.unknown();
        writer.comeAs(author);
        String article = writer.publish("Overtaken " + author.username(), "About", "Text.");
        List<Route> held = new ArrayList<>();
        writer.page().route("**/comments", route -> {
            if (route.request().method().equals("GET")) {
                held.add(route);
            } else {
                route.resume();
            }
        });
        writer.open(article);
        writer.comment("First of all");
        writer.page().waitForCondition(() -> !held.isEmpty());
        held.get(0)
                .fulfill(new Route.FulfillOptions()
                        .setContentType("application/json")
                        .setBody("{\"comments\":[]}"));

        writer.page().waitForLoadState(LoadState.NETWORKIDLE);
        assertThat(writer.commentOf("First of all")).isVisible();
    }

    @Test
    void showsAnArticleBeforeItIsPublished() {
        Visitor writer = visitors.at(Screen.DESKTOP);
        writer.comeAs(Person.unknown());
        writer.open("/editor");
        writer.page().fill("textarea[name=body]", "A **bold** start\n\n| a | b |\n|---|---|\n| 1 | 2 |");
        writer.page().click("button:has-text('Preview')");

        assertThat(writer.see(".editor-preview strong")).hasText("bold");
        assertThat(writer.see(".editor-preview td").first()).hasText("1");
        writer.page().click("button:has-text('Back to writing')");
        assertThat(writer.see("textarea[name=body]")).hasValue(Pattern.compile("^A \\*\\*bold"));
        assertThat(writer.complaints()).isEmpty();
    }

    @Test
    void writesAnArticleWithTheKeyboardAlone() {
        Visitor writer = visitors.at(Screen.DESKTOP);
        Person author = Person.unknown();
        writer.comeAs(author);
        writer.open("/editor");
        writer.see("input[name=title]").focus();
        writer.page().keyboard().type("Typed by " + author.username());
        writer.page().keyboard().press("Tab");
        writer.page().keyboard().type("Without a mouse");
        writer.page().keyboard().press("Tab");
        writer.page().keyboard().press("Tab");
        assertThat(writer.see("textarea[name=body]")).isFocused();
        writer.page().keyboard().type("Words.");
        writer.page().keyboard().press("Tab");
        writer.page().keyboard().type("keys");
        writer.page().keyboard().press("Enter");
        assertThat(writer.see(".tag-pill")).hasText("keys");
        writer.page().keyboard().press("Tab");
        writer.page().keyboard().press("Tab");
        assertThat(writer.see("button:has-text('Publish Article')")).isFocused();
        writer.page().keyboard().press("Enter");

        assertThat(writer.see("h1")).hasText("Typed by " + author.username());
        assertThat(writer.see("main")).isFocused();
    }

    @Test
    void followsTheColoursThatTheReaderPrefers() {
        assertThat(background(visitors.at(Screen.PHONE, ColorScheme.LIGHT, "lb-1")))
                .isEqualTo("rgb(251, 250, 246)");
        assertThat(background(visitors.at(Screen.PHONE, ColorScheme.DARK, "lb-1")))
                .isEqualTo("rgb(18, 24, 26)");
    }

    private static String background(Visitor reader) {
        reader.open("/");
        return (String) reader.page().evaluate("getComputedStyle(document.body).backgroundColor");
    }
}
