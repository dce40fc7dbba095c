package com.foobar.app;

import com.foobar.app.article.ArticleRepository;
import com.foobar.app.article.ArticleRoutes;
import com.foobar.app.article.ArticleRules;
import com.foobar.app.auth.LoginLimits;
import com.foobar.app.auth.Passwords;
import com.foobar.app.auth.RegistrationLimits;
import com.foobar.app.auth.Tokens;
import com.foobar.app.comment.CommentRepository;
import com.foobar.app.comment.CommentRoutes;
import com.foobar.app.comment.CommentRules;
import com.foobar.app.config.AppSettings;
import com.foobar.app.db.Database;
import com.foobar.app.db.Migrations;
import com.foobar.app.http.ApiRouter;
import com.foobar.app.http.ApiServer;
import com.foobar.app.http.Callers;
import com.foobar.app.http.Endpoint;
import com.foobar.app.http.RequestBodies;
import com.foobar.app.http.RequestTrails;
import com.foobar.app.idempotency.Idempotency;
import com.foobar.app.infrastructure.InfrastructureRoutes;
import com.foobar.app.infrastructure.ServingDatabaseRepository;
import com.foobar.app.metrics.AppMetrics;
import com.foobar.app.profile.ProfileRepository;
import com.foobar.app.profile.ProfileRoutes;
import com.foobar.app.profile.ProfileRules;
import com.foobar.app.seed.SeedData;
import com.foobar.app.tag.TagRepository;
import com.foobar.app.tag.TagRoutes;
import com.foobar.app.user.UserRepository;
import com.foobar.app.user.UserRoutes;
import com.foobar.app.user.UserRules;
import com.foobar.kit.Neighbour;
import com.foobar.kit.Readiness;
import com.foobar.kit.Service;
import com.foobar.kit.ServiceContext;
import com.foobar.kit.observability.AccessLog;
import com.foobar.kit.observability.ServerTiming;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application tier, put together. It listens at once, and is ready when the database has its schema, can be reached, and has the example content
 * where that is wanted.
 */
public final class AppService implements Service {
    private static final Logger log = LoggerFactory.getLogger(AppService.class);

    private static final long SEED_PAUSE_MILLIS = 2000;

    /** The first one may fail only because another instance has been quicker. */
    private static final long FIRST_SEED_PAUSE_MILLIS = 100;

    private static final int SEED_ATTEMPTS = 3;

    private final Vertx vertx;
    private final AppSettings settings;
    private final Database database;
    private final Migrations migrations;
    private final Idempotency idempotency;
    private final Passwords passwords;
    private final SeedData seed;
    private final List<Endpoint> endpoints;
    private final ApiServer server;
    /** Until the example content is there, or could not be planted {@value #SEED_ATTEMPTS} times. */
    private volatile boolean planting;

    private volatile boolean draining;

    AppService(ServiceContext<AppSettings> context) {
        this.vertx = context.vertx();
        this.settings = context.settings();
        AppMetrics metrics = new AppMetrics(context.registry());
        this.database = new Database(vertx, settings.database(), metrics);
        this.migrations = new Migrations(vertx, settings.database(), metrics);
        this.passwords = new Passwords(vertx, settings.auth(), metrics);
        this.idempotency = new Idempotency(
                vertx,
                database,
                settings.database().idempotencyWindow(),
                settings.database().idempotencyKeys());
        Tokens tokens = new Tokens(vertx, settings.auth());
        LoginLimits limits = new LoginLimits(settings.auth().loginLimit(), InstantSource.system());
        RegistrationLimits registrations =
                new RegistrationLimits(settings.auth().registrationLimit(), InstantSource.system());

        UserRepository users = new UserRepository();
        ArticleRepository articles = new ArticleRepository();
        CommentRepository comments = new CommentRepository();
        ArticleRules articleRules = new ArticleRules(articles);
        this.seed = new SeedData(database, passwords, users, articleRules, articles, comments);
        this.planting = settings.database().seed();

        List<Endpoint> infrastructure = settings.serverTiming()
                ? new InfrastructureRoutes(new ServingDatabaseRepository()).endpoints()
                : List.of();
        this.endpoints = Stream.of(
                        new UserRoutes(
                                        new UserRules(users, idempotency, passwords, limits, registrations, metrics),
                                        tokens)
                                .endpoints(),
                        new ProfileRoutes(new ProfileRules(new ProfileRepository())).endpoints(),
                        new ArticleRoutes(articleRules).endpoints(),
                        new CommentRoutes(new CommentRules(articles, comments)).endpoints(),
                        new TagRoutes(new TagRepository()).endpoints(),
                        infrastructure)
                .flatMap(List::stream)
                .toList();
        RequestTrails trails = new RequestTrails(new AccessLog(settings.log()), metrics);
        Callers callers = new Callers(tokens, metrics);
        RequestBodies bodies = new RequestBodies(vertx, settings.http(), metrics);
        Supplier<Router> routes = () -> new ApiRouter(
                        vertx,
                        settings.http().sharedReadWait(),
                        settings.serverTiming() ? ServerTiming.metric("app", settings.instance()) : null,
                        database,
                        idempotency,
                        callers,
                        bodies,
                        trails,
                        this::readiness,
                        migrations::problem)
                .build(endpoints);
        this.server = new ApiServer(vertx, settings.http(), routes, trails);
    }

    @Override
    public Future<Void> start() {
        return server.start().onSuccess(v -> {
            log.info("serving the API on {}:{}", settings.http().listen().host(), server.port());
            database.start();
            migrations.start().onSuccess(migrated -> {
                idempotency.start();
                if (settings.database().seed()) {
                    plantSeed(1);
                }
            });
        });
    }

    /** The first visitor finds it. Not being able to is no reason not to serve after {@value #SEED_ATTEMPTS} times; it is tried until it works. */
    private void plantSeed(int attempt) {
        seed.plant().onSuccess(planted -> planting = false).onFailure(failure -> {
            planting = planting && attempt < SEED_ATTEMPTS;
            if (!draining) {
                log.warn("could not plant the example content, trying again: {}", failure.getMessage());
                vertx.setTimer(
                        attempt == 1 ? FIRST_SEED_PAUSE_MILLIS : SEED_PAUSE_MILLIS, timer -> plantSeed(attempt + 1));
            }
        });
    }

    /** What it serves. */
    List<Endpoint> endpoints() {
        return endpoints;
    }

    /** The port that the API is served on. */
    public int port() {
        return server.port();
    }

    @Override
    public Readiness readiness() {
        if (draining) {
            return Readiness.notReady("stopping");
        }
        String problem = migrations.problem();
        if (problem != null) {
            return Readiness.notReady(problem);
        }
        if (!database.isReachable()) {
            return Readiness.notReady("no database router is up: "
                    + neighbours().stream()
                            .map(router -> router.address() + " " + router.state())
                            .collect(Collectors.joining(", ")));
        }
        return planting ? Readiness.notReady("the example content is being planted") : Readiness.ready();
    }

    @Override
    public List<Neighbour> neighbours() {
        return database.neighbours();
    }

    @Override
    public void stopping() {
        draining = true;
    }

    @Override
    public Future<Void> drain() {
        return server.drain(settings.shutdown().timeout());
    }

    @Override
    public Future<Void> stop() {
        draining = true;
        idempotency.stop();
        passwords.close();
        return Future.join(server.stop(), migrations.stop())
                .transform(ended -> database.close())
                .mapEmpty();
    }
}
