package com.foobar.lb;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A gRPC server of grpc-java with a method of each kind; messages are texts. */
final class GrpcServer implements AutoCloseable {
    static final Metadata.Key<String> REASON = Metadata.Key.of("reason", Metadata.ASCII_STRING_MARSHALLER);

    /** One message each way; {@code name} is answered by the server's name, {@code fail} by NOT_FOUND, {@code never} not at all. */
    static final MethodDescriptor<String, String> UNARY = method("unary", MethodType.UNARY);
    /** {@code count size}: so many messages of that size. */
    static final MethodDescriptor<String, String> SERVER_STREAM = method("serverStream", MethodType.SERVER_STREAMING);
    /** Answers with the number of characters. */
    static final MethodDescriptor<String, String> CLIENT_STREAM = method("clientStream", MethodType.CLIENT_STREAMING);
    /** Each message comes back at once. */
    static final MethodDescriptor<String, String> ECHO = method("echo", MethodType.BIDI_STREAMING);

    private final String name;
    private final Server server;
    private final AtomicInteger calls = new AtomicInteger();
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.newBuilder(new Texts(), new Texts())
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName("test.Texts", name))
                .build();
    }

    private static final class Texts implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    GrpcServer(String name) throws IOException {
        this.name = name;
        this.server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(ServerServiceDefinition.builder("test.Texts")
                        .addMethod(UNARY, ServerCalls.asyncUnaryCall(this::unary))
                        .addMethod(SERVER_STREAM, ServerCalls.asyncServerStreamingCall(this::stream))
                        .addMethod(CLIENT_STREAM, ServerCalls.asyncClientStreamingCall(this::count))
                        .addMethod(ECHO, ServerCalls.asyncBidiStreamingCall(this::echo))
                        .build())
                .build()
                .start();
    }

    private void unary(String text, StreamObserver<String> answer) {
        calls.incrementAndGet();
        if (text.equals("never")) {
            noteCancel("unary", answer);
            return;
        }
        if (text.equals("fail")) {
            Metadata trailers = new Metadata();
            trailers.put(REASON, "because");
            answer.onError(Status.NOT_FOUND.withDescription("no ü here").asRuntimeException(trailers));
            return;
        }
        answer.onNext(text.equals("name") ? name : text);
        answer.onCompleted();
    }

    private void noteCancel(String method, StreamObserver<String> answer) {
        ((ServerCallStreamObserver<String>) answer).setOnCancelHandler(() -> cancelled.add(method));
    }

    private void stream(String text, StreamObserver<String> answer) {
        int space = text.indexOf(' ');
        String message = "x".repeat(Integer.parseInt(text.substring(space + 1)));
        AtomicInteger left = new AtomicInteger(Integer.parseInt(text.substring(0, space)));
        ServerCallStreamObserver<String> call = (ServerCallStreamObserver<String>) answer;
        noteCancel("serverStream", answer);
        call.setOnReadyHandler(() -> {
            while (call.isReady() && left.getAndDecrement() > 0) {
                call.onNext(message);
            }
            if (left.get() < 0 && left.getAndSet(Integer.MAX_VALUE) < 0) {
                call.onCompleted();
            }
        });
    }

    private StreamObserver<String> count(StreamObserver<String> answer) {
        return new StreamObserver<>() {
            private long length;

            @Override
            public void onNext(String text) {
                length += text.length();
            }

            @Override
            public void onError(Throwable failure) {
                cancelled.add("clientStream");
            }

            @Override
            public void onCompleted() {
                answer.onNext(Long.toString(length));
                answer.onCompleted();
            }
        };
    }

    private StreamObserver<String> echo(StreamObserver<String> answer) {
        return new StreamObserver<>() {
            @Override
            public void onNext(String text) {
                answer.onNext(text);
            }

            @Override
            public void onError(Throwable failure) {
                cancelled.add("echo");
            }

            @Override
            public void onCompleted() {
                answer.onCompleted();
            }
        };
    }

    String name() {
        return name;
    }

    int port() {
        return server.getPort();
    }

    /** Unary calls so far. */
    int calls() {
        return calls.get();
    }

    /** The methods that a client has given up. */
    Set<String> cancelled() {
        return cancelled;
    }

    /** Tells its clients to go elsewhere, and ends the calls that it has. */
    void shutdown() {
        server.shutdown();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
