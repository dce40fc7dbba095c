package com.foobar.app.article;

import com.foobar.app.http.Page;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mysqlclient.MySQLBuilder;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The floor for {@code GET /api/articles}: the statements of app-service's own classes, sent by Vert.x with nothing around them. In
 * its package so that they are the same texts; compiled by deploy/bench/run, part of no jar.
 *
 * <p>{@code /start?pages=N} begins a loop that sends them for N different pages in turn and throws the rows away, {@code /stop} ends it and says
 * how often they were sent; any other path sends them once, for the page at {@code offset}, and answers the rows as JSON.
 */
public final class BareArticles extends AbstractVerticle {
    private static final int WORKERS = 32;

    private static final ArticleQueries QUERIES = ArticleQueries.of(new ArticleFilter(null, null, null, null));
    private static final AtomicLong begun = new AtomicLong();
    private static final AtomicLong done = new AtomicLong();
    private static volatile boolean looping;
    private static volatile int pages;

    private final Pool pool;
    private final int port;

    private BareArticles(Pool pool, int port) {
        this.pool = pool;
        this.port = port;
    }

    /** @param args port, port of the database, user, password */
    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        Pool pool = MySQLBuilder.pool()
                .with(new PoolOptions().setMaxSize(16).setMaxWaitQueueSize(256))
                .connectingTo(new MySQLConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(Integer.parseInt(args[1]))
                        .setUser(args[2])
                        .setPassword(args[3])
                        .setDatabase("foobar")
                        .setCharset("utf8mb4")
                        .setCachePreparedStatements(true)
                        .setPreparedStatementCacheSqlLimit(16_384))
                .using(vertx)
                .build();
        int loops = Runtime.getRuntime().availableProcessors();
        vertx.deployVerticle(
                        () -> new BareArticles(pool, Integer.parseInt(args[0])),
                        new DeploymentOptions().setInstances(loops))
                .onFailure(BareArticles::giveUp);
    }

    @Override
    public void start(Promise<Void> started) {
        vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(port, "127.0.0.1")
                .<Void>mapEmpty()
                .onComplete(started);
    }

    private void answer(HttpServerRequest request) {
        switch (request.path()) {
            case "/start" -> {
                looping = true;
                pages = Integer.parseInt(request.getParam("pages"));
                done.set(0);
                for (int i = 0; i < WORKERS; i++) {
                    loop();
                }
                request.response().end();
            }
            case "/stop" -> {
                looping = false;
                request.response().end(Long.toString(done.get()));
            }
            default -> statements(Integer.parseInt(request.getParam("offset", "0")), BareArticles::json)
                    .onComplete(
                            body -> request.response()
                                    .putHeader("Content-Type", "application/json; charset=utf-8")
                                    .end(body.toBuffer()),
                            failure -> request.response().setStatusCode(500).end(failure.toString()));
        }
    }

    private void loop() {
        if (looping) {
            statements((int) (begun.getAndIncrement() % pages), (total, rows) -> done.incrementAndGet())
                    .onComplete(v -> loop(), BareArticles::giveUp);
        }
    }

    /** Ends the program, and the measurement with it: a floor with fewer workers would be none. */
    private static void giveUp(Throwable failure) {
        failure.printStackTrace();
        System.exit(1);
    }

    private interface Use<T> {
        T of(RowSet<Row> total, RowSet<Row> rows);
    }

    private <T> Future<T> statements(int offset, Use<T> use) {
        Tuple page = Tuple.wrap(Arrays.asList(QUERIES.pageValues(0, new Page(20, offset))));
        return pool.withConnection(connection -> {
            Future<RowSet<Row>> total = connection.preparedQuery(QUERIES.count().text()).execute();
            Future<RowSet<Row>> rows = connection.preparedQuery(QUERIES.page().text()).execute(page);
            return Future.all(total, rows).map(both -> use.of(total.result(), rows.result()));
        });
    }

    private static JsonObject json(RowSet<Row> total, RowSet<Row> rows) {
        JsonArray articles = new JsonArray();
        for (Row row : rows) {
            articles.add(new JsonObject()
                    .put("slug", row.getString("slug"))
                    .put("title", row.getString("title"))
                    .put("description", row.getString("description"))
                    .put("tagList", new JsonArray(String.valueOf(row.getValue("tags"))))
                    .put("createdAt", row.getLocalDateTime("created_at").toString())
                    .put("updatedAt", row.getLocalDateTime("updated_at").toString())
                    .put("favorited", row.getInteger("favorited") != 0)
                    .put("favoritesCount", row.getLong("favorites_count"))
                    .put(
                            "author",
                            new JsonObject()
                                    .put("username", row.getString("username"))
                                    .put("bio", row.getString("bio"))
                                    .put("image", row.getString("image"))
                                    .put("following", row.getInteger("following") != 0)));
        }
        return new JsonObject()
                .put("articles", articles)
                .put("articlesCount", total.iterator().next().getLong("total"));
    }
}
