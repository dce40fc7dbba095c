package com.foobar.deploy.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.deploy.running.SharedStack;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What readers and writers do on the site, at the width of a phone and of a desk. */
@ExtendWith({ChromiumInstalled.class, SharedStack.class, SharedBrowser.class})
class SiteBrowserIT {
    private static final String SEEDED_AUTHOR = "johndoe";
    private static final String PREVIEW = ".article-preview";

    private final Visitors visitors;
    private final URI site;

    SiteBrowserIT(Visitors visitors) {
        this.visitors = visitors;
        this.site = visitors.site();
    }

    private Visitor visitorAt(Screen screen) {
        return visitors.at(screen);
    }

    @ParameterizedTest
    @EnumSource(Screen.class)
    void showsTheSeededArticlesOnTheHomePage(Screen screen) {
        Visitor reader = visitorAt(screen);
        reader.open("/");

        Locator first = reader.see(PREVIEW).first();
        assertThat(first).isVisible();
        assertThat(first.locator("h1")).not().isEmpty();
        assertThat(first.locator(".author")).isVisible();
        assertThat(reader.see(".feed-toggle .nav-link.active")).hasText("Global Feed");
        assertThat(reader.see(".sidebar .tag-pill").first()).isVisible();

        reader.open("/profile/" + SEEDED_AUTHOR);
        assertThat(reader.see("h4")).hasText(SEEDED_AUTHOR);
        assertThat(reader.see(PREVIEW).first()).isVisible();
        assertThat(isLoaded(reader.see(".user-img"))).isTrue();
        assertThat(reader.complaints()).isEmpty();
        assertThat(reader.requestsToOtherHosts()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            names = {"PHONE", "DESKTOP"},
            value = Screen.class)
    void publishesCommentsEditsAndDeletes(Screen screen) {
        Visitor writer = visitorAt(screen);
        Person author = Person.unknown();
        writer.comeAs(author);

        String title = "Written by " + author.username();
        String path = writer.publish(title, "What it is about", "The **first** text.", "browser", "test");
        assertThat(writer.see("h1")).hasText(title);
        assertThat(writer.see(".article-content p")).hasText("The first text.");
        assertThat(writer.see(".article-content strong")).hasText("first");
        assertThat(writer.see(".tag-list .tag-default")).hasText(new String[] {"browser", "test"});

        writer.comment("A remark to keep");
        writer.comment("A remark to delete");
        writer.commentOf("A remark to delete")
                .locator(".mod-options .ion-trash-a")
                .click();
        assertThat(writer.commentOf("A remark to delete")).hasCount(0);
        writer.page().reload();
        assertThat(writer.see(".card:not(.comment-form)")).hasCount(1);
        assertThat(writer.commentOf("A remark to keep")).isVisible();

        writer.page().click("a:has-text('Edit Article')");
        assertThat(writer.see("input[name=title]")).hasValue(title);
        writer.page().fill("input[name=title]", "Changed by " + author.username());
        writer.see(".tag-pill:has-text('test') i").click();
        writer.page().click("button:has-text('Publish Article')");
        assertThat(writer.see("h1")).hasText("Changed by " + author.username());
        assertThat(writer.see(".tag-list .tag-default")).hasText(new String[] {"browser"});
        assertThat(writer.page()).not().hasURL(Pattern.compile(Pattern.quote(path) + "$"));

        writer.page().click("button:has-text('Delete Article')");
        assertThat(writer.page()).hasURL(site.resolve("/").toString());
        writer.open(author.profile());
        assertThat(writer.see(".empty-feed-message")).isVisible();
        assertThat(writer.complaints()).isEmpty();
    }

    @Test
    void signsInAndOut() {
        Visitor reader = visitorAt(Screen.DESKTOP);
        Person person = Person.unknown();
        reader.register(person);
        reader.page().reload();
        assertThat(reader.see(person.navbarLink())).isVisible();

        reader.signOut();
        assertThat(reader.page()).hasURL(site.resolve("/").toString());
        assertThat(stored(reader)).isNull();
        assertThat(authState(reader)).isEqualTo("unauthenticated");

        reader.signIn(person);
        assertThat(stored(reader)).isNotNull();
        assertThat(authState(reader)).isEqualTo("authenticated");
        assertThat(reader.complaints()).isEmpty();
    }

    @Test
    void saysWhyItRefusesAndKeepsWhatWasTyped() {
        Visitor reader = visitorAt(Screen.DESKTOP);
        reader.open("/login");
        reader.page().fill("input[name=email]", "nobody@example.org");
        reader.page().fill("input[name=password]", "not the password");
        reader.page().click("button[type=submit]");

        assertThat(reader.see(".error-messages li")).containsText("invalid");
        assertThat(reader.see("input[name=email]")).hasValue("nobody@example.org");
        assertThat(reader.see("button[type=submit]")).isEnabled();
        assertThat(reader.page()).hasURL(Pattern.compile("/login$"));
    }

    @Test
    void keepsAnArticleThatCouldNotBeSent() {
        Visitor writer = visitorAt(Screen.PHONE);
        writer.comeAs(Person.unknown());
        writer.open("/editor");
        writer.page().fill("input[name=title]", "Written in a tunnel");
        writer.page().fill("textarea[name=body]", "Hours of work");
        writer.page().route("**/api/articles", Route::abort);
        writer.page().click("button:has-text('Publish Article')");

        assertThat(writer.see(".error-messages")).containsText("Unable to connect");
        assertThat(writer.see("input[name=title]")).hasValue("Written in a tunnel");
        assertThat(writer.see("textarea[name=body]")).hasValue("Hours of work");
        assertThat(writer.see("button:has-text('Publish Article')")).isEnabled();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/editor", "/editor/some-article", "/settings", "/?feed=following"})
    void asksStrangersToSignIn(String path) {
        Visitor reader = visitorAt(Screen.DESKTOP);
        reader.open(path);

        assertThat(reader.page()).hasURL(Pattern.compile("/login$"));
        assertThat(reader.see("h1")).hasText("Sign in");
        assertThat(reader.complaints()).isEmpty();
    }

    @Test
    void goesOnToWhereTheReaderWantedAfterSigningIn() {
        Visitor reader = visitorAt(Screen.PHONE);
        Person person = Person.unknown();
        reader.comeAs(person);
        reader.signOut();
        reader.open("/settings");
        assertThat(reader.page()).hasURL(Pattern.compile("/login$"));
        reader.page().fill("input[name=email]", person.email());
        reader.page().fill("input[name=password]", person.password());
        reader.page().click("button[type=submit]");

        assertThat(reader.page()).hasURL(Pattern.compile("/settings$"));
        assertThat(reader.see("input[name=username]")).hasValue(person.username());
    }

    @Test
    void opensEveryAddressDirectly() {
        Visitor reader = visitorAt(Screen.DESKTOP);
        Person person = Person.unknown();
        reader.comeAs(person);
        String article = reader.publish("Open me directly " + person.username(), "A summary", "A text", "direct");

        reader.open(article);
        assertThat(reader.see(".article-page h1").first()).containsText("Open me directly");
        reader.open(article.replace("/article/", "/editor/"));
        assertThat(reader.see("input[name=title]")).hasValue("Open me directly " + person.username());
        reader.open("/tag/direct");
        assertThat(reader.see(".feed-toggle .nav-link.active")).hasText("direct");
        assertThat(reader.see(".feed")).containsText("Open me directly " + person.username());
        reader.open("/?feed=following");
        assertThat(reader.see(".empty-feed-message")).containsText("Your feed is empty");
        reader.open(person.profile() + "/favorites");
        assertThat(reader.see(".articles-toggle .nav-link.active")).hasText("Favorited");
        reader.open("/settings");
        assertThat(reader.see("input[name=username]")).hasValue(person.username());
        reader.open("/?page=2");
        assertThat(reader.see(".feed-toggle")).isVisible();
        assertThat(reader.complaints()).isEmpty();
    }

    @Test
    void favoritesAndFollowsAtOnce() {
        Visitor reader = visitorAt(Screen.DESKTOP);
        Person person = Person.unknown();
        reader.comeAs(person);
        reader.open("/profile/" + SEEDED_AUTHOR);
        reader.see(PREVIEW + " h1").first().click();
        reader.page().click("button.btn-outline-primary:has-text('Favorite Article')");
        assertThat(reader.see("button.btn-primary:has-text('Unfavorite Article')"))
                .isVisible();
        reader.page().click("button:has-text('Follow " + SEEDED_AUTHOR + "')");
        assertThat(reader.see("button:has-text('Unfollow " + SEEDED_AUTHOR + "')"))
                .isVisible();

        reader.open(person.profile() + "/favorites");
        assertThat(reader.see(PREVIEW)).hasCount(1);
        reader.open("/?feed=following");
        assertThat(reader.see(PREVIEW + " .author").first()).hasText(SEEDED_AUTHOR);
        assertThat(reader.complaints()).isEmpty();
    }

    @Test
    void turnsBackAFollowThatFails() {
        Visitor reader = visitorAt(Screen.PHONE);
        reader.comeAs(Person.unknown());
        reader.open("/profile/" + SEEDED_AUTHOR);
        reader.page().route("**/follow", Route::abort);
        reader.page().click("button:has-text('Follow')");

        assertThat(reader.see(".notice")).containsText("Unable to connect");
        assertThat(reader.see(".btn-follow")).hasText("Follow " + SEEDED_AUTHOR);
    }

    @Test
    void keepsTheTokenWhileTheAccountCannotBeAskedFor() {
        Visitor reader = visitorAt(Screen.DESKTOP);
        Person person = Person.unknown();
        reader.comeAs(person);
        reader.open("/");
        String token = stored(reader);
        reader.page().route("**/api/user", route -> route.fulfill(new Route.FulfillOptions().setStatus(503)));
        reader.page().reload();

        assertThat(reader.see("text=Connecting")).isVisible();
        assertThat(authState(reader)).isEqualTo("unavailable");
        assertThat(reader.see(PREVIEW).first()).isVisible();
        assertThat(stored(reader)).isEqualTo(token);

        reader.page().unroute("**/api/user");
        assertThat(reader.see(person.navbarLink())).isVisible();
    }

    @Test
    void neverExecutesWhatAuthorsWrite() {
        Visitor writer = visitorAt(Screen.DESKTOP);
        Person author = Person.unknown();
        writer.comeAs(author);
        String attack = "<img src=x onerror=alert(1)>";
        String body = """
                Before <script>alert(1)</script> <img src=x onerror="alert(1)"> <svg onload="alert(1)"></svg>
                <a href="javascript:alert(1)">one</a> [two](javascript:alert(2)) [three](https://example.org/"onmouseover="alert(3))
                ![four](javascript:alert(4)) <https://example.org/'onclick='alert(5)>

                <iframe srcdoc="<script>alert(6)</script>"></iframe>

                <form action="/x"><input name="q"></form> <div style="position:fixed;inset:0" onmouseover="alert(7)">hover</div>

                [the end](https://example.org)
                """;
        writer.publish(attack + author.username(), attack, body, "<b>bold");
        writer.comment(attack + " <script>alert(8)</script>");

        assertThat(writer.see(".article-content a:has-text('the end')")).isVisible();
        assertThat(writer.see("h1")).hasText(attack + author.username());
        Locator content = writer.see(".article-content");
        assertThat(content.locator("script, iframe, svg, form, input, style, [style], [class], [id]"))
                .hasCount(0);
        assertThat(writer.see("main :is([onerror], [onload], [onclick], [onmouseover])"))
                .hasCount(0);
        assertThat(content.locator("a, img").evaluateAll("nodes => nodes.map(n => n.href ?? n.src).join(' ')"))
                .asString()
                .doesNotContainIgnoringCase("javascript:");
        content.locator("a:has-text('one'), a:has-text('two')").all().forEach(Locator::hover);

        writer.open(author.profile());
        assertThat(writer.see(PREVIEW + " h1")).hasText(attack + author.username());
        assertThat(writer.dialogs()).isEmpty();
        assertThat(writer.complaints()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.org/me.jpg\"onerror=\"alert(1)",
                "javascript:alert(1)",
                "data:text/html,<script>alert(1)</script>"
            })
    void neverExecutesThePictureOfAPerson(String picture) {
        Visitor reader = visitorAt(Screen.DESKTOP);
        Person person = Person.unknown();
        reader.page().route(Pattern.compile("^https://example\\.org/"), Route::abort);
        reader.comeAs(person);
        reader.open("/settings");
        reader.page().fill("input[name=image]", picture);
        reader.page().click("button[type=submit]");

        assertThat(reader.see(".user-img")).isVisible();
        assertThat(reader.see("img[onerror], img[onload]")).hasCount(0);
        assertThat(reader.dialogs()).isEmpty();
    }

    @Test
    void staysWithinTheWidthOfASmallPhone() {
        Visitor reader = visitorAt(Screen.SMALL_PHONE);
        Person person = Person.unknown();
        reader.comeAs(person);
        String article = reader.publish(
                "Long" + "word".repeat(40) + person.username(),
                "Summary",
                "```\n" + "a line of code that is wider than a phone ".repeat(5) + "\n```\n\n| a | b |\n|---|---|\n| "
                        + "wide ".repeat(40) + " | b |",
                "t".repeat(40));
        for (String path : new String[] {article, "/", "/editor", "/settings", person.profile(), "/nowhere"}) {
            reader.open(path);
            assertThat(reader.see("main h1, main h4").first()).isVisible();
            assertThat(reader.page().evaluate("document.documentElement.scrollWidth"))
                    .as(path)
                    .isEqualTo(Screen.SMALL_PHONE.width());
        }
    }

    @Test
    void servesThoseWhoUseTheKeyboard() {
        Visitor reader = visitorAt(Screen.DESKTOP);
        reader.open("/");
        assertThat(reader.see(PREVIEW).first()).isVisible();
        reader.page().keyboard().press("Tab");
        assertThat(reader.see(".skip-link")).isFocused();
        reader.page().keyboard().press("Enter");
        assertThat(reader.see("main")).isFocused();

        reader.see(".preview-link").first().focus();
        reader.page().keyboard().press("Enter");
        assertThat(reader.see(".article-content")).isVisible();
        assertThat(reader.see("main")).isFocused();
        String title = reader.see("h1").first().textContent();
        assertThat(reader.see("#announcer")).hasText(title);
        assertThat(reader.page().getByRole(AriaRole.NAVIGATION, new Page.GetByRoleOptions().setName("Site")))
                .isVisible();
    }

    private static boolean isLoaded(Locator picture) {
        return (boolean) picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0, () => false)");
    }

    private static @Nullable String stored(Visitor reader) {
        return (String) reader.page().evaluate("localStorage.getItem('jwtToken')");
    }

    private static String authState(Visitor reader) {
        return (String) reader.page().evaluate("window.__conduit_debug__.getAuthState()");
    }
}
