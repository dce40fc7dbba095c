package com.foobar.kit;

import com.foobar.kit.management.ManagementEndpoints;
import com.foobar.kit.management.ManagementServer;
import com.foobar.kit.net.SteadyEpoll;
import com.foobar.kit.observability.DroppingAppender;
import com.foobar.kit.observability.Logs;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one service: {@code STARTING → RUNNING → STOPPING → STOPPED}; a start that fails goes straight to
 * {@code STOPPED}. The state is one atomic reference, changed by the thread that starts and the one that stops.
 */
final class ServiceProcess<S extends ServiceSettings> implements RunningService {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceProcess.class);

    private enum State {
        STARTING,
        RUNNING,
        STOPPING,
        STOPPED
    }

    private final S settings;
    private final Vertx vertx;
    private final Service service;
    private final ManagementServer management;
    private final AtomicReference<State> state = new AtomicReference<>(State.STARTING);
    private final Promise<Void> stopped = Promise.promise();
    /** Completes, never fails, when the work on a Vert.x thread has ended that the constructor began. */
    private final Future<Void> jvmMetrics;

    private volatile int managementPort;

    private ServiceProcess(
            ServiceDefinition<S> definition, S settings, @Nullable DroppingAppender logs, ServiceIdentity identity) {
        this.settings = settings;
        this.vertx = SteadyEpoll.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                // Nothing here serves files from the class path through Vert.x: no cache directory is made.
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        PrometheusRegistry registry = new PrometheusRegistry();
        ManagementEndpoints endpoints = new ManagementEndpoints();
        this.service = definition.factory().apply(new ServiceContext<>(identity, settings, vertx, registry, endpoints));
        this.management = new ManagementServer(vertx, identity, registry, endpoints, this::readiness, service);
        registerMetrics(registry, identity, logs);
        this.jvmMetrics = registerJvmMetrics(registry);
    }

    /** @param loggingAs null where logging is somebody else's to set up, as in tests */
    static <S extends ServiceSettings> Future<ServiceProcess<S>> start(
            ServiceDefinition<S> definition, S settings, @Nullable String loggingAs) {
        ServiceIdentity identity =
                new ServiceIdentity(definition.name(), definition.version(), settings.instance(), Instant.now());
        DroppingAppender logs = loggingAs == null ? null : Logs.configure(identity, settings.log());
        ServiceProcess<S> process;
        try {
            process = new ServiceProcess<>(definition, settings, logs, identity);
        } catch (StartFailure e) {
            return Future.failedFuture(e);
        }
        return process.start(identity);
    }

    private Future<ServiceProcess<S>> start(ServiceIdentity identity) {
        // Bound to no context of Vert.x: where the start fails, its event loops are gone by the time this completes.
        Promise<ServiceProcess<S>> started = Promise.promise();
        management
                .listen(settings.management().listen())
                .onSuccess(port -> managementPort = port)
                .compose(port -> service.start())
                .onComplete(result -> {
                    if (result.failed()) {
                        release().onComplete(released -> started.fail(result.cause()));
                        return;
                    }
                    state.compareAndSet(State.STARTING, State.RUNNING);
                    long millis = System.currentTimeMillis()
                            - ManagementFactory.getRuntimeMXBean().getStartTime();
                    LOG.info(
                            "{} {} started in {} ms, management on port {}",
                            identity.name(),
                            identity.version(),
                            millis,
                            managementPort);
                    started.complete(this);
                });
        return started.future();
    }

    @Override
    public int managementPort() {
        return managementPort;
    }

    @Override
    public Service service() {
        return service;
    }

    private Readiness readiness() {
        return switch (state.get()) {
            case STARTING -> Readiness.notReady("it is starting");
            case RUNNING -> service.readiness();
            case STOPPING, STOPPED -> Readiness.notReady("it is stopping");
        };
    }

    @Override
    public Future<Void> stop() {
        if (state.compareAndSet(State.RUNNING, State.STOPPING) || state.compareAndSet(State.STARTING, State.STOPPING)) {
            LOG.info(
                    "stopping: new work is refused, work in flight has {} ms",
                    settings.shutdown().timeout().toMillis());
            service.stopping();
            delay().compose(v -> service.drain()
                            .timeout(settings.shutdown().timeout().toMillis(), TimeUnit.MILLISECONDS)
                            .otherwise(e -> {
                                LOG.warn("not all work in flight has ended: {}", e.getMessage());
                                return null;
                            }))
                    .onComplete(v -> release().onComplete(stopped));
        }
        return stopped.future();
    }

    private Future<Void> delay() {
        long millis = settings.shutdown().delay().toMillis();
        return millis == 0
                ? Future.succeededFuture()
                : vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
    }

    /** Releases everything, whatever of it fails; the first failure is reported. */
    private Future<Void> release() {
        state.set(State.STOPPED);
        Promise<Void> released = Promise.promise();
        // A task that ends after Vert.x has closed would print its failure to find an event loop.
        Future.join(service.stop(), management.close(), jvmMetrics)
                .onComplete(result -> vertx.close().onComplete(closed -> {
                    if (result.failed()) {
                        released.fail(result.cause());
                    } else {
                        released.handle(closed);
                    }
                }));
        return released.future();
    }

    private void registerMetrics(
            PrometheusRegistry registry, ServiceIdentity identity, @Nullable DroppingAppender logs) {
        Info.builder()
                .name("service_info")
                .help("What runs here.")
                .labelNames("name", "version", "instance_name")
                .register(registry)
                .addLabelValues(identity.name(), identity.version(), identity.instance());
        GaugeWithCallback.builder()
                .name("service_ready")
                .help("1 where work should be sent to this instance, otherwise 0.")
                .callback(callback -> callback.call(readiness().isReady() ? 1 : 0))
                .register(registry);
        if (logs != null) {
            CounterWithCallback.builder()
                    .name("log_lines_dropped_total")
                    .help("Log lines that were dropped because the output did not keep up.")
                    .callback(callback -> callback.call((double) logs.dropped()))
                    .register(registry);
        }
    }

    private Future<Void> registerJvmMetrics(PrometheusRegistry registry) {
        // Touching the JVM's beans takes a tenth of a second: not on the way to the first request.
        return vertx.<Void>executeBlocking(
                        () -> {
                            JvmMetrics.builder().register(registry);
                            return null;
                        },
                        false)
                .otherwise(e -> {
                    LOG.warn("JVM metrics are missing", e);
                    return null;
                });
    }
}
