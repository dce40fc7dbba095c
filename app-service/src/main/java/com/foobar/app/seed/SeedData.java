package com.foobar.app.seed;

import com.foobar.app.article.ArticleRepository;
import com.foobar.app.article.ArticleRules;
import com.foobar.app.article.NewArticle;
import com.foobar.app.auth.Passwords;
import com.foobar.app.comment.CommentRepository;
import com.foobar.app.db.Database;
import com.foobar.app.db.Rows;
import com.foobar.app.db.Statements;
import com.foobar.app.user.UserRepository;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Example users, articles and comments ({@code seed/seed.json} and the Markdown files beside it), planted in one transaction
 * and only where there is no user at all. Several instances may try at once: one of them plants.
 */
public final class SeedData {
    /** Of every example user: for looking around on a machine of one's own. */
    public static final String PASSWORD = "conduit-demo";

    private static final Logger log = LoggerFactory.getLogger(SeedData.class);

    private final Database database;
    private final Passwords passwords;
    private final UserRepository users;
    private final ArticleRules articleRules;
    private final ArticleRepository articles;
    private final CommentRepository comments;

    public SeedData(
            Database database,
            Passwords passwords,
            UserRepository users,
            ArticleRules articleRules,
            ArticleRepository articles,
            CommentRepository comments) {
        this.database = database;
        this.passwords = passwords;
        this.users = users;
        this.articleRules = articleRules;
        this.articles = articles;
        this.comments = comments;
    }

    /** Completes when there are users: these, or others. */
    public Future<Void> plant() {
        JsonObject content = new JsonObject(resource("seed.json"));
        return passwords.hash(PASSWORD).compose(hash -> database.session("")
                .write(tx -> users.any(tx).compose(any -> any ? Future.succeededFuture() : plant(tx, content, hash))));
    }

    private Future<Void> plant(Statements tx, JsonObject content, String passwordHash) {
        Map<String, Long> ids = new HashMap<>();
        return each(content.getJsonArray("users"), user -> plantUser(tx, user, passwordHash, ids))
                .compose(v -> each(content.getJsonArray("articles"), article -> plantArticle(tx, article, ids)))
                .onSuccess(v -> log.info("planted example content of the users {}", ids.keySet()));
    }

    private Future<Void> plantUser(Statements tx, JsonObject user, String passwordHash, Map<String, Long> ids) {
        String name = user.getString("username");
        return users.insert(tx, name, user.getString("email"), passwordHash)
                .onSuccess(made -> ids.put(name, made.id()))
                .compose(made -> users.adorn(tx, made.id(), user.getString("bio"), user.getString("image")));
    }

    private Future<Void> plantArticle(Statements tx, JsonObject article, Map<String, Long> ids) {
        LocalDateTime written = hoursAgo(article.getInteger("hoursAgo"));
        NewArticle content = new NewArticle(
                article.getString("title"),
                article.getString("description"),
                resource(article.getString("body")),
                texts(article.getJsonArray("tags")).sorted().toList());
        return articleRules
                .create(tx, id(ids, article.getString("author")), content, written)
                .compose(slug -> articles.key(tx, slug).compose(key -> each(
                                article.getJsonArray("comments"), comment -> comments.insert(
                                                tx,
                                                Objects.requireNonNull(key).id(),
                                                id(ids, comment.getString("author")),
                                                comment.getString("body"),
                                                hoursAgo(comment.getInteger("hoursAgo")))
                                        .mapEmpty())
                        .compose(v -> favorites(
                                tx,
                                slug,
                                texts(article.getJsonArray("favoritedBy")).toList(),
                                ids))));
    }

    private Future<Void> favorites(Statements tx, String slug, List<String> names, Map<String, Long> ids) {
        Future<Void> done = Future.succeededFuture();
        for (String name : names) {
            done = done.compose(v -> articles.favorite(tx, slug, id(ids, name)));
        }
        return done;
    }

    private static Future<Void> each(JsonArray objects, Function<JsonObject, Future<Void>> action) {
        Future<Void> done = Future.succeededFuture();
        for (Object object : objects) {
            done = done.compose(v -> action.apply((JsonObject) object));
        }
        return done;
    }

    private static Stream<String> texts(JsonArray array) {
        return array.stream().map(String.class::cast);
    }

    private static long id(Map<String, Long> ids, String username) {
        return Objects.requireNonNull(ids.get(username), username);
    }

    private static LocalDateTime hoursAgo(int hours) {
        return Rows.at(Instant.now().minus(Duration.ofHours(hours)));
    }

    /** Small and read once; from the jar, so it does not wait for anything but a disk that has just been read. */
    private static String resource(String name) {
        try (InputStream in = SeedData.class.getResourceAsStream("/seed/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("seed/" + name, e);
        }
    }
}
