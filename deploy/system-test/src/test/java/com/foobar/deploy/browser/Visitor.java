package com.foobar.deploy.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.RequestOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Somebody at a browser window of their own, with nothing kept from before. Notes what a developer would see go wrong: errors of
 * the console, uncaught exceptions, failed requests, dialogs, and requests to other hosts.
 */
final class Visitor implements AutoCloseable {
    /** The browser gave the request up itself, because the visitor went to another page. */
    private static final String GIVEN_UP = "net::ERR_ABORTED";

    /** An interface of this machine came or went, a container's for one; Chromium then breaks off what it was loading. */
    private static final String NETWORK_CHANGED = "net::ERR_NETWORK_CHANGED";

    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

    /** How long to wait for what should show. */
    static final double PATIENCE_MILLIS = 30_000;

    private final BrowserContext context;
    private final Page page;
    private final URI site;
    private final List<String> complaints = new ArrayList<>();
    private final List<String> otherHosts = new ArrayList<>();
    private final List<String> dialogs = new ArrayList<>();
    /** Requests that a change of the machine's network broke off. */
    private int networkChanges;

    Visitor(Browser browser, URI site, Screen screen, ColorScheme scheme) {
        this.site = site;
        this.context = browser.newContext(new Browser.NewContextOptions()
                .setBaseURL(site.toString())
                .setIgnoreHTTPSErrors(true)
                .setReducedMotion(ReducedMotion.REDUCE)
                .setColorScheme(scheme)
                .setViewportSize(screen.width(), screen.height()));
        this.page = context.newPage();
        page.setDefaultTimeout(PATIENCE_MILLIS);
        page.onConsoleMessage(this::note);
        page.onPageError(error -> complaints.add("uncaught: " + error));
        page.onRequest(this::note);
        page.onRequestFailed(request -> {
            if (NETWORK_CHANGED.equals(request.failure())) {
                networkChanges++;
            } else if (!GIVEN_UP.equals(request.failure())) {
                complaints.add("failed: " + request.method() + " " + request.url() + " " + request.failure());
            }
        });
        page.onDialog(dialog -> {
            dialogs.add(dialog.message());
            dialog.dismiss();
        });
    }

    private void note(ConsoleMessage message) {
        if (message.type().equals("error") && !message.text().contains(NETWORK_CHANGED)) {
            complaints.add("console: " + message.text() + " " + message.location());
        }
    }

    private void note(Request request) {
        URI address = URI.create(request.url());
        if (address.getHost() != null && !address.getAuthority().equals(site.getAuthority())) {
            otherHosts.add(request.url());
        }
    }

    Page page() {
        return page;
    }

    Locator see(String selector) {
        return page.locator(selector);
    }

    /** What went wrong so far, as a developer would see it. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    List<String> requestsToOtherHosts() {
        return List.copyOf(otherHosts);
    }

    /** Texts of the dialogs that scripts opened so far: none of the site's own does. */
    List<String> dialogs() {
        return List.copyOf(dialogs);
    }

    /** Types an address into the address bar; again where the machine's network changed meanwhile, as people do. */
    void open(String path) {
        for (int attempts = 0; attempts < 5; attempts++) {
            int before = networkChanges;
            try {
                page.navigate(path);
            } catch (PlaywrightException e) {
                if (!String.valueOf(e.getMessage()).contains(NETWORK_CHANGED)) {
                    throw e;
                }
                continue;
            }
            // What the page loads with it, its scripts for one, has come or failed by now.
            if (networkChanges == before) {
                return;
            }
        }
    }

    /** Takes the machine off the network, or back on it. */
    void goOffline(boolean offline) {
        context.setOffline(offline);
    }

    void register(Person person) {
        open("/register");
        page.fill("input[name=username]", person.username());
        page.fill("input[name=email]", person.email());
        page.fill("input[name=password]", person.password());
        page.click("button[type=submit]");
        assertThat(page).hasURL(site.resolve("/").toString());
        assertThat(see(person.navbarLink())).isVisible();
    }

    /** Is signed in from now on as somebody new: registered by the API, the token kept as the site would have. */
    void comeAs(Person person) {
        APIResponse answer = context.request()
                .post(
                        "/api/users",
                        RequestOptions.create()
                                .setData(Map.of(
                                        "user",
                                        Map.of(
                                                "username",
                                                person.username(),
                                                "email",
                                                person.email(),
                                                "password",
                                                person.password()))));
        Matcher token = TOKEN.matcher(answer.text());
        if (answer.status() != 201 || !token.find()) {
            throw new IllegalStateException(
                    person.username() + " cannot register: " + answer.status() + " " + answer.text());
        }
        open("/avatars/default-avatar.svg");
        page.evaluate("token => localStorage.setItem('jwtToken', token)", token.group(1));
    }

    void signIn(Person person) {
        open("/login");
        page.fill("input[name=email]", person.email());
        page.fill("input[name=password]", person.password());
        page.click("button[type=submit]");
        assertThat(page).hasURL(site.resolve("/").toString());
        assertThat(see(person.navbarLink())).isVisible();
    }

    void signOut() {
        open("/settings");
        page.click("button:has-text('Or click here to logout')");
        assertThat(page).hasURL(site.resolve("/").toString());
        assertThat(see("a[href='/login']")).isVisible();
    }

    /** @return the path of the new article */
    String publish(String title, String description, String body, String... tags) {
        open("/editor");
        page.fill("input[name=title]", title);
        page.fill("input[name=description]", description);
        page.fill("textarea[name=body]", body);
        for (String tag : tags) {
            page.fill("input[placeholder='Enter tags']", tag);
            page.press("input[placeholder='Enter tags']", "Enter");
        }
        page.click("button:has-text('Publish Article')");
        page.waitForURL(Pattern.compile("/article/.+"));
        assertThat(see(".article-content")).isVisible();
        return URI.create(page.url()).getRawPath();
    }

    void comment(String text) {
        page.fill("textarea[placeholder='Write a comment...']", text);
        page.click("button:has-text('Post Comment')");
        assertThat(commentOf(text)).isVisible();
    }

    /** The card of the comment that says this, the form for a new one apart. */
    Locator commentOf(String text) {
        return page.locator(".card:not(.comment-form)", new Page.LocatorOptions().setHasText(text));
    }

    @Override
    public void close() {
        context.close();
    }
}
