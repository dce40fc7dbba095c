package com.foobar.deploy.load.visit;

import static io.gatling.javaapi.core.CoreDsl.doIf;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.percent;
import static io.gatling.javaapi.core.CoreDsl.randomSwitch;

import com.foobar.deploy.load.consistency.Tally;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What visitors do, one request after the other. Everything that they write is read again at once, most of it without a
 * login, so that nothing ties the reader to the writer. Who reads something wrong goes on; who is refused a write leaves.
 */
public final class Visits {
    private static final String ARTICLE = "article";
    private static final String TITLE = "title";
    private static final String TEXT = "text";
    private static final String KNOWN = "known";
    private static final String COMMENTS = "$.comments[*].id";
    private static final String SLUGS = "$.articles[*].slug";
    private static final String COUNT = "$.articlesCount";
    /** What an answer has at most (docs/app-service.md). */
    private static final long MOST_COMMENTS = 1000;

    private final Run run;
    private final Duration thinkTime;
    private final SiteRequests site;
    private final ReadChecks checks;

    /**
     * @param thinkTime between two requests of a visitor, on average
     * @param measured whether the report has these visits; false while the site warms up
     */
    public Visits(Run run, Duration thinkTime, boolean measured) {
        this.run = run;
        this.thinkTime = thinkTime;
        this.site = new SiteRequests(measured, run);
        this.checks = new ReadChecks(run.reads());
    }

    /** Somebody of any sort: of a hundred, 60 browse, 20 write and 20 take part. */
    public ChainBuilder any() {
        return randomSwitch()
                .on(
                        percent(60).then(browse()),
                        percent(20).then(write()),
                        percent(20).then(takePart(randomSwitch().on(percent(33).then(thinkBetterOfIt())))));
    }

    /** Reads what there is, without a login. */
    public ChainBuilder browse() {
        return exec(
                site.homePage(),
                think(),
                site.read("tags", "/api/tags", checks.found()),
                site.read("articles", "/api/articles?limit=10", checks.found()),
                think(),
                articlesOfTheRun(),
                doIf(session -> run.hasArticles())
                        .then(
                                pickArticle(),
                                think(),
                                favourites(),
                                comments(),
                                think(),
                                site.read(
                                        "profile",
                                        "/api/profiles/#{author}",
                                        checks.found(),
                                        checks.text("$.profile.username", text(SiteRequests.AUTHOR)),
                                        checks.flag("$.profile.following", false)),
                                site.read(
                                        "articles of an author",
                                        "/api/articles?author=#{author}",
                                        checks.found(),
                                        checks.among(SLUGS, text(SiteRequests.SLUG)))));
    }

    /** Registers, publishes, edits, comments; publishes something else and deletes it. */
    public ChainBuilder write() {
        return exec(
                become(),
                site.register(),
                think(),
                publish("Notes of "),
                site.read(
                        "article",
                        "/api/articles/#{slug}",
                        checks.found(),
                        checks.text("$.article.title", text(TITLE)),
                        checks.text("$.article.author.username", text(SiteRequests.NAME)),
                        checks.number("$.article.favoritesCount", 0),
                        checks.texts("$.article.tagList[*]", session -> List.of("load", run.tag()))),
                exec(session -> session.set(
                        ARTICLE,
                        new PublishedArticle(
                                string(session, SiteRequests.SLUG),
                                string(session, TITLE),
                                string(session, SiteRequests.NAME)))),
                site.read("tags", "/api/tags", checks.found(), checks.among("$.tags[*]", session -> run.tag())),
                articlesOfTheRun(),
                ownArticles(1),
                think(),
                exec(session -> session.set(TEXT, "Edited by " + string(session, SiteRequests.NAME))),
                site.edit(),
                site.read(
                        "article",
                        "/api/articles/#{slug}",
                        checks.found(),
                        checks.text("$.article.body", text(TEXT)),
                        checks.text("$.article.title", text(TITLE))),
                exec(session -> {
                    run.show(article(session));
                    return session;
                }),
                think(),
                comment(),
                think(),
                publish("Draft of "),
                ownArticles(2),
                delete(),
                site.read("article, deleted", "/api/articles/#{slug}", checks.gone()),
                ownArticles(1));
    }

    /** Registers, logs in, follows the author of an article, likes it and comments on it. @param end what else is done */
    public ChainBuilder takePart(ChainBuilder end) {
        return exec(
                become(),
                site.register(),
                think(),
                site.logIn(),
                site.readSigned(
                        "current user",
                        "/api/user",
                        checks.found(),
                        checks.text("$.user.username", text(SiteRequests.NAME))),
                doIf(session -> run.hasArticles())
                        .then(pickArticle(), think(), follow(), think(), like(), think(), comment(), end));
    }

    /** Takes back the comment, the like and the following. */
    public ChainBuilder thinkBetterOfIt() {
        return exec(
                think(),
                removing(Visits::commentsOn, site.deleteComment()),
                comments(),
                removing(Visits::likes, site.unfavourite()),
                ownFavourite(false),
                site.unfollow(),
                profile(false));
    }

    private ChainBuilder become() {
        return exec(session -> session.set(SiteRequests.NAME, run.newName()));
    }

    private ChainBuilder pickArticle() {
        return exec(session -> {
            PublishedArticle article = run.anyArticle();
            return session.set(ARTICLE, article)
                    .set(SiteRequests.SLUG, article.slug())
                    .set(SiteRequests.AUTHOR, article.author());
        });
    }

    private ChainBuilder publish(String title) {
        return exec(session -> session.set(TITLE, title + string(session, SiteRequests.NAME)))
                .exec(adding(session -> run.articles(), site.publish()));
    }

    private ChainBuilder delete() {
        return removing(session -> run.articles(), site.delete());
    }

    private ChainBuilder follow() {
        return exec(
                site.follow(),
                profile(true),
                site.readSigned(
                        "feed", "/api/articles/feed", checks.found(), checks.among(SLUGS, text(SiteRequests.SLUG))));
    }

    private ChainBuilder profile(boolean following) {
        return site.readSigned(
                "profile", "/api/profiles/#{author}", checks.found(), checks.flag("$.profile.following", following));
    }

    private ChainBuilder like() {
        return exec(
                adding(Visits::likes, site.favourite()),
                ownFavourite(true),
                site.read(
                        "articles liked by a user",
                        "/api/articles?favorited=#{name}",
                        checks.found(),
                        checks.number(COUNT, 1),
                        checks.texts(SLUGS, session -> List.of(string(session, SiteRequests.SLUG)))));
    }

    private ChainBuilder ownFavourite(boolean favourite) {
        return exec(know(Visits::likes))
                .exec(site.readSigned(
                        "article",
                        "/api/articles/#{slug}",
                        checks.found(),
                        checks.flag("$.article.favorited", favourite),
                        checks.number("$.article.favoritesCount", KNOWN)));
    }

    private ChainBuilder favourites() {
        return exec(know(Visits::likes))
                .exec(site.read(
                        "article",
                        "/api/articles/#{slug}",
                        checks.found(),
                        checks.text(
                                "$.article.title", session -> article(session).title()),
                        checks.flag("$.article.favorited", false),
                        checks.number("$.article.favoritesCount", KNOWN)));
    }

    private ChainBuilder comment() {
        return exec(session -> session.set(TEXT, "Well said, says " + string(session, SiteRequests.NAME)))
                .exec(adding(Visits::commentsOn, site.comment()))
                .exec(know(Visits::commentsOn))
                .exec(site.read(
                        "comments",
                        "/api/articles/#{slug}/comments",
                        checks.found(),
                        checks.count(COMMENTS, KNOWN, MOST_COMMENTS),
                        checks.among(COMMENTS, text("comment"))));
    }

    private ChainBuilder comments() {
        return exec(know(Visits::commentsOn))
                .exec(site.read(
                        "comments",
                        "/api/articles/#{slug}/comments",
                        checks.found(),
                        checks.count(COMMENTS, KNOWN, MOST_COMMENTS)));
    }

    private ChainBuilder articlesOfTheRun() {
        return exec(know(session -> run.articles()))
                .exec(site.read(
                        "articles of a tag",
                        "/api/articles?limit=10&tag=" + run.tag(),
                        checks.found(),
                        checks.number(COUNT, KNOWN)));
    }

    private ChainBuilder ownArticles(int count) {
        return site.read(
                "articles of an author", "/api/articles?author=#{name}", checks.found(), checks.number(COUNT, count));
    }

    /** Pauses that differ, so that visitors do not march in step. */
    private ChainBuilder think() {
        return pause(thinkTime.dividedBy(2), thinkTime.plus(thinkTime.dividedBy(2)));
    }

    private static ChainBuilder know(Function<Session, Tally> tally) {
        return exec(session -> session.set(KNOWN, tally.apply(session).known()));
    }

    /** A write that makes one more. One without an answer, after which the visitor leaves, stays begun. */
    private static ChainBuilder adding(Function<Session, Tally> tally, ChainBuilder request) {
        return exec(telling(tally, Tally::beginAdd)).exec(request).exec(telling(tally, Tally::acknowledgeAdd));
    }

    /** A write that makes one less. */
    private static ChainBuilder removing(Function<Session, Tally> tally, ChainBuilder request) {
        return exec(telling(tally, Tally::beginRemoval)).exec(request).exec(telling(tally, Tally::acknowledgeRemoval));
    }

    private static Function<Session, Session> telling(Function<Session, Tally> tally, Consumer<Tally> what) {
        return session -> {
            what.accept(tally.apply(session));
            return session;
        };
    }

    private static Tally likes(Session session) {
        return article(session).favourites();
    }

    private static Tally commentsOn(Session session) {
        return article(session).comments();
    }

    private static PublishedArticle article(Session session) {
        return Objects.requireNonNull(session.<PublishedArticle>get(ARTICLE));
    }

    private static Function<Session, String> text(String attribute) {
        return session -> string(session, attribute);
    }

    private static String string(Session session, String attribute) {
        return Objects.requireNonNull(session.getString(attribute));
    }
}
