package com.foobar.kit;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The smallest service there is: it answers requests, {@code /slow} half a second after it begins to drain. Run as a process by the tests. */
public final class EchoService implements Service {
    static final ServiceDefinition<Settings> DEFINITION =
            new ServiceDefinition<>("echo-service", "Answers requests.", Settings.class, EchoService::new);

    private final ServiceContext<Settings> context;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Promise<Void> drainBegan = Promise.promise();
    private final Promise<Void> drained = Promise.promise();
    private volatile boolean draining;
    private @Nullable HttpServer server;

    EchoService(ServiceContext<Settings> context) {
        this.context = context;
        context.management().add("GET", "/echo", request -> request.response().end("echo"));
    }

    public static void main(String[] arguments) {
        ServiceRunner.run(DEFINITION, arguments);
    }

    @Override
    public Future<Void> start() {
        HostPort listen = context.settings().listen();
        HttpServer listening = context.vertx().createHttpServer().requestHandler(request -> {
            inFlight.incrementAndGet();
            boolean slow = request.path().equals("/slow");
            Future<Void> due = slow ? drainBegan.future() : Future.succeededFuture();
            due.onComplete(begun -> context.vertx().setTimer(slow ? 500 : 1, t -> request.response()
                    .end("answer")
                    .onComplete(sent -> {
                        if (inFlight.decrementAndGet() == 0 && draining) {
                            drained.tryComplete();
                        }
                    })));
        });
        server = listening;
        return listening
                .listen(listen.port(), listen.host())
                .<Void>mapEmpty()
                .recover(
                        e -> Future.failedFuture(StartFailure.cannotListen("listen", listen.host(), listen.port(), e)));
    }

    int inFlight() {
        return inFlight.get();
    }

    int port() {
        HttpServer running = server;
        return running == null ? 0 : running.actualPort();
    }

    @Override
    public Readiness readiness() {
        return Readiness.ready();
    }

    @Override
    public List<Neighbour> neighbours() {
        return List.of(new Neighbour("next-1", "localhost:1", "UP"));
    }

    @Override
    public Future<Void> drain() {
        draining = true;
        drainBegan.tryComplete();
        return inFlight.get() == 0 ? Future.succeededFuture() : drained.future();
    }

    @Override
    public Future<Void> stop() {
        HttpServer running = server;
        return running == null ? Future.succeededFuture() : running.close();
    }

    record Settings(
            @Default("echo-1") String instance,
            @Default("localhost:0") HostPort listen,
            @Default("${ECHO_PASSWORD:-none}") Secret password,
            @Default("{listen: 'localhost:0'}") ManagementSettings management,
            LogSettings log,
            ShutdownSettings shutdown)
            implements ServiceSettings {}
}
