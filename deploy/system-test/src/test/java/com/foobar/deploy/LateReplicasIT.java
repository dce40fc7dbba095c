package com.foobar.deploy;

import static com.foobar.deploy.Who.AUTHOR;
import static com.foobar.deploy.Who.NOBODY;
import static com.foobar.deploy.Who.READER;
import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.deploy.running.Databases;
import com.foobar.deploy.running.RunningStack;
import com.foobar.deploy.running.SharedStack;
import com.foobar.deploy.running.SiteClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Anybody sees every write that was answered before, through any balancer, application server and router, though the replicas are late:
 * also who has a validator from before the write.
 */
@ExtendWith(SharedStack.class)
class LateReplicasIT {
    /** So that each of two web servers, application servers and routers is asked for what a write shows, as good as certainly. */
    private static final int ROUNDS = 4;

    private static final String AUTHOR_PROFILE = "/api/profiles/author-{id}";
    private static final String ARTICLE = "/api/articles/old-{id}";
    private static final String COMMENTS = ARTICLE + "/comments";
    private static final String FEED = "/api/articles/feed";
    private static final String NEWEST = "/api/articles?limit=100";
    private static final String BY_AUTHOR = "/api/articles?author=author-{id}";
    private static final String FAVORITED = "/api/articles?favorited=reader-{id}";
    private static final String TAGS = "/api/tags";
    private static final String TAGGED = "/api/articles?tag=tag-{id}";

    private static final Write FOLLOW = Write.by(READER, "POST", AUTHOR_PROFILE + "/follow");
    private static final Write LIKE = Write.by(READER, "POST", ARTICLE + "/favorite");
    private static final Write PUBLISH = Write.by(AUTHOR, "POST", "/api/articles", """
            {'article': {'title': 'New {id}', 'description': 'd', 'body': 'b', 'tagList': ['tag-new-{id}']}}""");

    private final SiteClient client;
    private final Databases databases;

    LateReplicasIT(RunningStack stack, SiteClient client) {
        this.client = client;
        this.databases = new Databases(stack);
    }

    static Stream<Write> everyKindOfWrite() {
        return Stream.of(
                Write.by(NOBODY, "POST", "/api/users", """
                        {'user': {'username': 'new-{id}', 'email': 'new-{id}@example.com', 'password': 'long enough'}}""").shows("/api/profiles/new-{id}", "new-{id}"),
                Write.by(AUTHOR, "PUT", "/api/user", """
                        {'user': {'username': 'now-{id}', 'bio': 'bio-{id}', 'image': 'https://example.com/{id}'}}""")
                        .after(FOLLOW)
                        .showsTo(AUTHOR, "/api/user", "'bio':'bio-{id}'")
                        .showsTo(AUTHOR, "/api/user", "'username':'now-{id}'")
                        .showsTo(READER, FEED, "'username':'now-{id}'")
                        .removes(AUTHOR_PROFILE)
                        .shows("/api/profiles/now-{id}", "'image':'https://example.com/{id}'")
                        .shows(ARTICLE, "'bio':'bio-{id}'")
                        .shows(COMMENTS, "'username':'now-{id}'")
                        .shows(NEWEST, "'image':'https://example.com/{id}'")
                        .shows("/api/articles?author=now-{id}", "'username':'now-{id}'")
                        .hides(BY_AUTHOR, "old-{id}"),
                FOLLOW.showsTo(READER, AUTHOR_PROFILE, "'following':true")
                        .showsTo(READER, ARTICLE, "'following':true")
                        .showsTo(READER, FEED, "old-{id}"),
                Write.by(READER, "DELETE", FOLLOW.path())
                        .after(FOLLOW)
                        .showsTo(READER, AUTHOR_PROFILE, "'following':false")
                        .showsTo(READER, ARTICLE, "'following':false")
                        .hidesFrom(READER, FEED, "old-{id}"),
                PUBLISH.after(FOLLOW)
                        .shows("/api/articles/new-{id}", "new-{id}")
                        .shows(NEWEST, "new-{id}")
                        .shows(BY_AUTHOR, "new-{id}")
                        .shows(BY_AUTHOR + "&limit=1&offset=1", "old-{id}")
                        .shows("/api/articles?tag=tag-new-{id}", "new-{id}")
                        .shows(TAGS, "tag-new-{id}")
                        .showsTo(READER, FEED, "new-{id}"),
                Write.by(AUTHOR, "PUT", ARTICLE, "{'article': {'title': 'Now {id}', 'body': 'Rewritten.'}}")
                        .removes(ARTICLE)
                        .shows("/api/articles/now-{id}", "Rewritten.")
                        .shows("/api/articles/now-{id}/comments", "said-{id}")
                        .shows(NEWEST, "now-{id}"),
                Write.by(AUTHOR, "PUT", ARTICLE, "{'article': {'tagList': ['other-{id}']}}")
                        .shows(TAGS, "other-{id}")
                        .hides(TAGS, "tag-{id}")
                        .shows("/api/articles?tag=other-{id}", "old-{id}")
                        .hides(TAGGED, "old-{id}")
                        .shows(ARTICLE, "other-{id}"),
                Write.by(AUTHOR, "DELETE", "/api/articles/new-{id}")
                        .after(PUBLISH, FOLLOW)
                        .removes("/api/articles/new-{id}")
                        .removes("/api/articles/new-{id}/comments")
                        .hides(NEWEST, "new-{id}")
                        .hides(BY_AUTHOR, "new-{id}")
                        .shows(BY_AUTHOR + "&limit=1", "old-{id}")
                        .hides(BY_AUTHOR + "&limit=1&offset=1", "old-{id}")
                        .hides(TAGS, "tag-new-{id}")
                        .hidesFrom(READER, FEED, "new-{id}"),
                LIKE.shows(ARTICLE, "'favoritesCount':1")
                        .showsTo(READER, ARTICLE, "'favorited':true")
                        .shows(BY_AUTHOR, "'favoritesCount':1")
                        .shows(FAVORITED, "old-{id}"),
                Write.by(READER, "DELETE", LIKE.path())
                        .after(LIKE)
                        .shows(ARTICLE, "'favoritesCount':0")
                        .showsTo(READER, ARTICLE, "'favorited':false")
                        .shows(BY_AUTHOR, "'favoritesCount':0")
                        .hides(FAVORITED, "old-{id}"),
                Write.by(READER, "POST", COMMENTS, "{'comment': {'body': 'agreed-{id}'}}")
                        .shows(COMMENTS, "agreed-{id}"),
                Write.by(AUTHOR, "DELETE", COMMENTS + "/{comment}").hides(COMMENTS, "said-{id}"));
    }

    @AfterEach
    void letReplicasCatchUp() throws SQLException {
        databases.letReplicasCatchUp();
    }

    @ParameterizedTest
    @MethodSource("everyKindOfWrite")
    void isSeenByWhoeverAsksNext(Write write) throws Exception {
        Scene scene = new Scene(client);
        for (Write first : write.before()) {
            scene.carryOut(first);
        }
        Map<View, String> validators = validatorsOfBefore(scene, write);
        databases.awaitReplication();
        databases.delayReplicas();

        scene.carryOut(write);

        assertThat(databases.isBehind("db-3")).as("nothing is shown otherwise").isTrue();
        for (int round = 0; round < ROUNDS; round++) {
            Map<View, String> unseen = new LinkedHashMap<>();
            look(scene, write, round % 2 == 0 ? validators : Map.of()).forEach((view, answer) -> {
                if (!scene.has(view, answer)) {
                    unseen.put(view, answer.statusCode() + " " + answer.body());
                }
            });
            assertThat(unseen).as("answers that do not show it").isEmpty();
        }
    }

    /** With which each view would be answered by 304 if nothing were written; without those that have none. */
    private static Map<View, String> validatorsOfBefore(Scene scene, Write write) throws IOException {
        Map<View, String> validators = new HashMap<>();
        look(scene, write, Map.of()).forEach((view, answer) -> {
            assertThat(scene.has(view, answer)).as("%s already", view).isFalse();
            answer.headers().firstValue("ETag").ifPresent(tag -> validators.put(view, tag));
        });
        look(scene, write, validators).forEach((view, answer) -> assertThat(answer.statusCode() == 304)
                .as("%s is 304 where nothing has been written", view)
                .isEqualTo(validators.containsKey(view)));
        return validators;
    }

    /** What is answered for all that the write shows, asked at the same time through the other balancer. */
    private static Map<View, HttpResponse<String>> look(Scene scene, Write write, Map<View, String> validators)
            throws IOException {
        Map<View, CompletableFuture<HttpResponse<String>>> pending = new LinkedHashMap<>();
        for (View view : write.views()) {
            pending.put(view, scene.get("lb-2", view, validators.get(view)));
        }
        Map<View, HttpResponse<String>> answers = new LinkedHashMap<>();
        pending.forEach((view, answer) -> answers.put(view, answer.join()));
        return answers;
    }
}
