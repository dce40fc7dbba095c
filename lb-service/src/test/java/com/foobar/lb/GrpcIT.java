package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.tls.DevelopmentCa;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of grpc-java's client, over TLS, to its servers: HTTP/2 from end to end. */
class GrpcIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;

    private static GrpcServer first;
    private static GrpcServer second;
    private static RunningLb lb;
    private static ManagedChannel channel;

    @BeforeAll
    static void start() throws Exception {
        first = new GrpcServer("grpc-1");
        second = new GrpcServer("grpc-2");
        lb = lb("timeouts: {server: 5s}\n", first, second);
        channel = channel(lb);
    }

    private static RunningLb lb(String more, GrpcServer... servers) throws Exception {
        String addresses = Stream.of(servers)
                .map(server -> "{name: %s, address: 'localhost:%d', proto: h2}".formatted(server.name(), server.port()))
                .collect(Collectors.joining(", "));
        RunningLb running = RunningLb.of(directory, """
                frontends:
                  - {name: https, listen: '127.0.0.1:0', tls: {development-directory: '%s'}}
                backends:
                  - {name: grpc, balance: roundrobin, servers: [%s], check: {type: tcp, inter: 50ms, fastinter: 20ms}}
                """.formatted(directory, addresses) + more);
        await().atMost(PATIENCE).until(() -> running.service().neighbours().stream()
                .allMatch(server -> server.state().startsWith("UP")));
        return running;
    }

    private static ManagedChannel channel(RunningLb running) throws Exception {
        return Grpc.newChannelBuilder(
                        "localhost:" + running.httpsPort(),
                        TlsChannelCredentials.newBuilder()
                                .trustManager(directory
                                        .resolve(DevelopmentCa.CA_CERTIFICATE)
                                        .toFile())
                                .build())
                .build();
    }

    @AfterAll
    static void stop() throws Exception {
        channel.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
        lb.close();
        first.close();
        second.close();
    }

    private static CallOptions options() {
        return CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS);
    }

    private static String unary(String text) {
        return unary(channel, text);
    }

    private static String unary(ManagedChannel by, String text) {
        return ClientCalls.blockingUnaryCall(by, GrpcServer.UNARY, options(), text);
    }

    private static StatusRuntimeException failure(
            ManagedChannel by, MethodDescriptor<String, String> method, String text) {
        return catchThrowableOfType(
                StatusRuntimeException.class, () -> ClientCalls.blockingUnaryCall(by, method, options(), text));
    }

    /** What a call answers. */
    private static final class Answers implements StreamObserver<String> {
        private final Queue<String> messages = new ConcurrentLinkedQueue<>();
        private final CompletableFuture<Status> end = new CompletableFuture<>();

        @Override
        public void onNext(String text) {
            messages.add(text);
        }

        @Override
        public void onError(Throwable failure) {
            end.complete(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }

        Status.Code end() throws Exception {
            return end.get(60, TimeUnit.SECONDS).getCode();
        }
    }

    @Test
    void answersUnaryCallsSmallAndLarge() {
        assertThat(unary("hello")).isEqualTo("hello");
        assertThat(unary("x".repeat(3_000_000))).hasSize(3_000_000);
    }

    @Test
    void sharesTheCallsOfOneClientAmongTheServers() {
        List<String> names = IntStream.range(0, 20).mapToObj(i -> unary("name")).toList();
        assertThat(names).contains("grpc-1", "grpc-2");
    }

    @Test
    void streamsFromTheServer() {
        Iterator<String> messages =
                ClientCalls.blockingServerStreamingCall(channel, GrpcServer.SERVER_STREAM, options(), "2000 5000");
        List<Integer> sizes = new ArrayList<>();
        messages.forEachRemaining(message -> sizes.add(message.length()));
        assertThat(sizes).hasSize(2000).containsOnly(5000);
    }

    @Test
    void streamsFromTheClient() throws Exception {
        Answers answers = new Answers();
        StreamObserver<String> call =
                ClientCalls.asyncClientStreamingCall(channel.newCall(GrpcServer.CLIENT_STREAM, options()), answers);
        for (int i = 0; i < 1000; i++) {
            call.onNext("x".repeat(2000));
        }
        call.onCompleted();
        assertThat(answers.end()).isEqualTo(Status.Code.OK);
        assertThat(answers.messages).containsExactly("2000000");
    }

    @Test
    void passesEachMessageOnAtOnceBothWays() throws Exception {
        Answers answers = new Answers();
        StreamObserver<String> call =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(GrpcServer.ECHO, options()), answers);
        for (int i = 1; i <= 50; i++) {
            call.onNext("message " + i);
            int expected = i;
            await().atMost(PATIENCE).until(() -> answers.messages.size() == expected);
        }
        assertThat(answers.end).isNotDone();
        call.onCompleted();
        assertThat(answers.end()).isEqualTo(Status.Code.OK);
        assertThat(answers.messages).hasSize(50).contains("message 50");
    }

    @Test
    void passesAnAnswerOfTrailersAloneOn() {
        StatusRuntimeException failure = failure(channel, GrpcServer.UNARY, "fail");
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(failure.getStatus().getDescription()).isEqualTo("no ü here");
        assertThat(failure.getTrailers().get(GrpcServer.REASON)).isEqualTo("because");
    }

    @Test
    void tellsTheServerThatTheDeadlineIsOver() {
        // Once more where the time was up before the call came to a server.
        await().atMost(PATIENCE).until(() -> {
            StatusRuntimeException failure = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> ClientCalls.blockingUnaryCall(
                            channel,
                            GrpcServer.UNARY,
                            CallOptions.DEFAULT.withDeadlineAfter(500, TimeUnit.MILLISECONDS),
                            "never"));
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            return first.cancelled().contains("unary") || second.cancelled().contains("unary");
        });
    }

    @Test
    void tellsTheServerThatTheClientHasCancelled() {
        Answers answers = new Answers();
        var call = channel.newCall(GrpcServer.ECHO, options());
        ClientCalls.asyncBidiStreamingCall(call, answers).onNext("one");
        await().atMost(PATIENCE).until(() -> answers.messages.size() == 1);
        call.cancel("enough", null);
        await().atMost(PATIENCE)
                .until(() ->
                        first.cancelled().contains("echo") || second.cancelled().contains("echo"));
    }

    @Test
    void tellsOfItsOwnErrorsByAStatusOfGrpc() throws Exception {
        GrpcServer gone = new GrpcServer("gone");
        try (RunningLb alone = lb("timeouts: {server: 500ms}\nlimits: {body: 10KiB}\n", gone)) {
            ManagedChannel other = channel(alone);
            StatusRuntimeException slow = failure(other, GrpcServer.UNARY, "never");
            assertThat(slow.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(slow.getStatus().getDescription()).contains("did not answer in time");

            StatusRuntimeException large = failure(other, GrpcServer.UNARY, "x".repeat(20_000));
            assertThat(large.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(large.getStatus().getDescription()).contains("longer than 10240 bytes");

            gone.close();
            // A call that is under way when the connection ends is told another error.
            await().atMost(PATIENCE).until(() -> alone.service().neighbours().stream()
                    .allMatch(server -> server.state().startsWith("DOWN")));
            StatusRuntimeException down = failure(other, GrpcServer.UNARY, "name");
            assertThat(down.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(down.getStatus().getDescription()).contains("not available at the moment");
            assertThat(alone.management("/metrics").body())
                    .contains("lb_frontend_http_responses_total{code=\"5xx\",proxy=\"https\"} 2.0")
                    .contains("lb_frontend_http_responses_total{code=\"4xx\",proxy=\"https\"} 1.0");
            other.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void losesNoCallToAServerThatShutsDown() throws Exception {
        GrpcServer leaving = new GrpcServer("leaving");
        GrpcServer staying = new GrpcServer("staying");
        try (RunningLb pair = lb("", leaving, staying)) {
            ManagedChannel other = channel(pair);
            List<CompletableFuture<String>> calls = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                Answers answers = new Answers();
                ClientCalls.asyncUnaryCall(other.newCall(GrpcServer.UNARY, options()), "name", answers);
                calls.add(answers.end.thenApply(end -> end.isOk() ? answers.messages.peek() : end.toString()));
                if (i == 200) {
                    await().atMost(PATIENCE).until(() -> leaving.calls() > 0);
                    leaving.shutdown();
                }
            }
            for (CompletableFuture<String> call : calls) {
                assertThat(call.get(60, TimeUnit.SECONDS)).isIn("leaving", "staying");
            }
            other.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
        }
        leaving.close();
        staying.close();
    }
}
