package com.foobar.deploy.load.visit;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.css;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.foreach;
import static io.gatling.javaapi.core.CoreDsl.group;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import com.foobar.deploy.load.settings.Kind;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.CheckBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.util.List;

/**
 * What can be asked of the site, each by the name that it has in the report, with a check of its status. Values come from the
 * visitor's session; {@code #{…}} is Gatling's expression language.
 */
final class SiteRequests {
    /** What the session holds. */
    static final String NAME = "name";

    static final String TOKEN = "token";
    static final String SLUG = "slug";
    static final String AUTHOR = "author";

    private static final String AUTHORIZATION = "Authorization";
    private static final String SIGNED = "Token #{token}";
    private static final String WORDS = "Load balancers, web servers, application servers and databases. ".repeat(25);

    private final boolean measured;
    private final Run run;

    /** @param measured whether the report has these requests; false while the site warms up */
    SiteRequests(boolean measured, Run run) {
        this.measured = measured;
        this.run = run;
    }

    /** The home page as a browser loads it: the page, then its styles and its script. */
    ChainBuilder homePage() {
        HttpRequestActionBuilder page = http("home page")
                .get("/")
                .header("Accept", "text/html")
                .check(
                        status().is(200),
                        css("link[rel=stylesheet]", "href").findAll().saveAs("styles"),
                        css("script[src]", "src").findAll().saveAs("scripts"));
        ChainBuilder files = foreach("#{styles}", "file").on(asset());
        return exec(send(Kind.PAGE, page))
                .exitHereIfFailed()
                .exec(files, foreach("#{scripts}", "file").on(asset()));
    }

    private ChainBuilder asset() {
        return send(Kind.PAGE, http("asset").get("#{file}").check(status().is(200)));
    }

    /** Registers {@code name}; leaves {@code token}. */
    ChainBuilder register() {
        String user = "{\"user\":{\"username\":\"#{name}\",\"email\":\"#{name}@example.com\",\"password\":\""
                + run.password() + "\"}}";
        return change(
                Kind.PASSWORD,
                http("register")
                        .post("/api/users")
                        .body(StringBody(user))
                        .asJson()
                        .check(status().is(201), jsonPath("$.user.token").saveAs(TOKEN)));
    }

    /** Logs {@code name} in; leaves a new {@code token}. */
    ChainBuilder logIn() {
        String user = "{\"user\":{\"email\":\"#{name}@example.com\",\"password\":\"" + run.password() + "\"}}";
        return change(
                Kind.PASSWORD,
                http("log in")
                        .post("/api/users/login")
                        .body(StringBody(user))
                        .asJson()
                        .check(status().is(200), jsonPath("$.user.token").saveAs(TOKEN)));
    }

    /** Publishes {@code title} with the tag of the run; leaves {@code slug}. */
    ChainBuilder publish() {
        String article = "{\"article\":{\"title\":\"#{title}\",\"description\":\"Written by a load test\",\"body\":\""
                + WORDS + "\",\"tagList\":[\"load\",\"" + run.tag() + "\"]}}";
        return change(
                Kind.WRITE,
                signed(http("publish").post("/api/articles"))
                        .body(StringBody(article))
                        .asJson()
                        .check(status().is(201), jsonPath("$.article.slug").saveAs(SLUG)));
    }

    /** Gives {@code slug} the body {@code text}. */
    ChainBuilder edit() {
        return change(
                Kind.WRITE,
                signed(http("edit").put("/api/articles/#{slug}"))
                        .body(StringBody("{\"article\":{\"body\":\"#{text}\"}}"))
                        .asJson()
                        .check(status().is(200)));
    }

    ChainBuilder delete() {
        return change(http("delete").delete("/api/articles/#{slug}"), 204);
    }

    /** Comments {@code text} on {@code slug}; leaves {@code comment}, its number. */
    ChainBuilder comment() {
        return change(
                Kind.WRITE,
                signed(http("comment").post("/api/articles/#{slug}/comments"))
                        .body(StringBody("{\"comment\":{\"body\":\"#{text}\"}}"))
                        .asJson()
                        .check(status().is(201), jsonPath("$.comment.id").saveAs("comment")));
    }

    ChainBuilder deleteComment() {
        return change(http("delete comment").delete("/api/articles/#{slug}/comments/#{comment}"), 204);
    }

    ChainBuilder favourite() {
        return change(http("favourite").post("/api/articles/#{slug}/favorite"), 200);
    }

    ChainBuilder unfavourite() {
        return change(http("unfavourite").delete("/api/articles/#{slug}/favorite"), 200);
    }

    ChainBuilder follow() {
        return change(http("follow").post("/api/profiles/#{author}/follow"), 200);
    }

    ChainBuilder unfollow() {
        return change(http("unfollow").delete("/api/profiles/#{author}/follow"), 200);
    }

    /** Something that anybody may read. @param right what the answer must have if it is one */
    ChainBuilder read(String name, String path, CheckBuilder status, CheckBuilder... right) {
        return send(Kind.READ, whenOk(http(name).get(path).check(status), right));
    }

    /** Something that the visitor reads as a user. */
    ChainBuilder readSigned(String name, String path, CheckBuilder status, CheckBuilder... right) {
        return send(Kind.READ, whenOk(signed(http(name).get(path)).check(status), right));
    }

    private ChainBuilder change(HttpRequestActionBuilder request, int status) {
        return change(Kind.WRITE, signed(request).check(status().is(status)));
    }

    /** Who is refused leaves: whether anything was written is not known, so there is nothing to compare with. */
    private ChainBuilder change(Kind kind, HttpRequestActionBuilder request) {
        return exec(Session::markAsSucceeded).exec(send(kind, request)).exitHereIfFailed();
    }

    private static HttpRequestActionBuilder signed(HttpRequestActionBuilder request) {
        return request.header(AUTHORIZATION, SIGNED);
    }

    /** An error has another form: that it is one is said by its status already. */
    private static HttpRequestActionBuilder whenOk(HttpRequestActionBuilder request, CheckBuilder... checks) {
        if (checks.length == 0) {
            return request;
        }
        return request.checkIf((response, session) -> response.status().code() == 200)
                .then(List.of(checks));
    }

    /** A group for each kind: its figures are those of its requests together. Groups know no silence, requests do. */
    private ChainBuilder send(Kind kind, HttpRequestActionBuilder request) {
        return measured ? group(kind.label()).on(exec(request)) : exec(request.silent());
    }
}
