package com.foobar.http.health;

import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.CheckStatus;
import com.foobar.http.backend.HealthCheckSettings;
import com.foobar.http.backend.ServerProtocol;
import com.foobar.kit.settings.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;
import java.nio.charset.StandardCharsets;

/**
 * Asks with {@code GET} on a connection of its own, so that it also finds out whether the server accepts new ones. Passes with the
 * status and the text that the settings expect.
 */
final class HttpCheck implements Check {
    /** Of an answer's body, what is looked at. */
    private static final int BODY_LIMIT = 64 * 1024;

    private final Vertx vertx;
    private final HealthCheckSettings settings;
    private final StatusRanges expected;
    private final HttpClient http1;
    private final HttpClient http2;

    /** @param servers that are checked: all of them perhaps at one port, where a single agent speaks for them */
    HttpCheck(Vertx vertx, HealthCheckSettings settings, int servers) {
        this.vertx = vertx;
        this.settings = settings;
        this.expected = StatusRanges.parse(settings.expectStatus());
        this.http1 = client(HttpVersion.HTTP_1_1, servers);
        this.http2 = client(HttpVersion.HTTP_2, servers);
    }

    private HttpClient client(HttpVersion version, int servers) {
        // One check of a server at a time, and one more if it was given up and its connection is still closing.
        int connections = 2 * servers;
        return vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setProtocolVersion(version)
                        .setHttp2ClearTextUpgrade(false)
                        // A check closes its connection, which is to be no other's as well.
                        .setHttp2MultiplexingLimit(1)
                        .setKeepAlive(false)
                        .setConnectTimeout(Math.toIntExact(settings.timeout().toMillis()))
                        .setMaxHeaderSize(16 * 1024))
                .with(new PoolOptions().setHttp1MaxSize(connections).setHttp2MaxSize(connections))
                // The check's own result says what went wrong; without a handler Vert.x logs it as an error of ours.
                .withConnectHandler(connection -> connection.exceptionHandler(failure -> {}))
                .build();
    }

    @Override
    public Future<CheckResult> check(BackendServer server) {
        HostPort asked = new HostPort(server.address().host(), settings.portOf(server.address()));
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(asked.host())
                .setPort(asked.port())
                .setURI(settings.path());
        // As it is to be sent, port and brackets included: Host in HTTP/1.1, :authority in HTTP/2.
        String authority = settings.host().isEmpty() ? asked.toString() : settings.host();
        boolean multiplexed = server.protocol() == ServerProtocol.H2;
        Future<HttpClientRequest> request = (multiplexed ? http2 : http1).request(options);
        PendingCheck check =
                new PendingCheck(vertx, settings.timeout(), () -> request.onSuccess(HttpClientRequest::reset));
        request.onFailure(failure -> check.end(CheckResult.notConnected(failure)))
                .onSuccess(connected -> {
                    if (multiplexed) {
                        check.future().onComplete(done -> connected.connection().close());
                    }
                    check.connected();
                    connected
                            .authority(HostAndPort.create(authority, -1))
                            .send()
                            .compose(this::read)
                            .onSuccess(check::end)
                            .onFailure(failure -> check.end(CheckResult.broken(failure)));
                });
        return check.future();
    }

    private Future<CheckResult> read(HttpClientResponse response) {
        Buffer body = Buffer.buffer();
        response.handler(data -> {
            if (body.length() < BODY_LIMIT) {
                body.appendBuffer(data, 0, Math.min(data.length(), BODY_LIMIT - body.length()));
            }
        });
        return response.end().map(ended -> judge(response, body));
    }

    private CheckResult judge(HttpClientResponse response, Buffer body) {
        int status = response.statusCode();
        String reason = (status + " " + response.statusMessage()).strip();
        if (!expected.contain(status)) {
            return new CheckResult(CheckStatus.L7STS, status, reason);
        }
        if (!body.toString(StandardCharsets.UTF_8).contains(settings.expectBody())) {
            return new CheckResult(CheckStatus.L7STS, status, reason + " without the expected text in its body");
        }
        String said = response.getHeader(settings.agentHeader());
        AgentReport report = said == null ? AgentReport.NONE : AgentReport.parse(said);
        return report.down()
                ? new CheckResult(CheckStatus.L7STS, status, reason + " that says: " + said)
                : new CheckResult(CheckStatus.L7OK, status, reason, report);
    }

    @Override
    public Future<Void> close() {
        return Future.join(http1.close(), http2.close()).mapEmpty();
    }
}
