package com.foobar.kit.net;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.impl.transports.TransportInternal;

/**
 * Vert.x's epoll transport, but that a socket of which nothing is awaited for a while stays in the kernel's set. Netty's takes
 * it out, and then changes what is not there (since <a href="https://github.com/netty/netty/pull/16689">#16689</a>, and still in
 * 4.2.18): where a peer has ended its direction, the next write that does not fit into the socket fails with {@code ENOENT}, and
 * what was to follow is lost.
 */
public final class SteadyEpoll extends EpollTransport {
    private SteadyEpoll() {}

    /** A Vert.x instance that runs on it, or on what Vert.x prefers where there is no epoll. */
    public static Vertx vertx(VertxOptions options) {
        SteadyEpoll epoll = new SteadyEpoll();
        return epoll.isAvailable()
                ? Vertx.builder()
                        .with(options)
                        .withTransport(new TransportInternal("epoll", true, null, epoll))
                        .build()
                : Vertx.vertx(options);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        IoHandlerFactory epoll = super.ioHandlerFactory();
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new Handler(epoll.newHandler(executor));
            }

            @Override
            public boolean isChangingThreadSupported() {
                return epoll.isChangingThreadSupported();
            }
        };
    }

    private record Handler(IoHandler epoll) implements IoHandler {
        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return new Registration(epoll.register(handle));
        }

        @Override
        public void initialize() {
            epoll.initialize();
        }

        @Override
        public int run(IoHandlerContext context) {
            return epoll.run(context);
        }

        @Override
        public void prepareToDestroy() {
            epoll.prepareToDestroy();
        }

        @Override
        public void destroy() {
            epoll.destroy();
        }

        @Override
        public void wakeup() {
            epoll.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return epoll.isCompatible(type);
        }
    }

    /** Belongs to the socket's event loop. */
    private static final class Registration implements IoRegistration {
        private final IoRegistration epoll;
        private boolean added;

        Registration(IoRegistration epoll) {
            this.epoll = epoll;
        }

        /** Edge-triggered, an end that nobody asks for is told of once and not over and over, for which Netty takes the socket out. */
        @Override
        public long submit(IoOps ops) {
            boolean none = EpollIoOps.NONE.equals(ops);
            long submitted = epoll.submit(none && added ? EpollIoOps.EPOLLET : ops);
            added |= !none;
            return submitted;
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals")
        public <T> T attachment() {
            return epoll.attachment();
        }

        @Override
        public boolean isValid() {
            return epoll.isValid();
        }

        @Override
        public boolean cancel() {
            return epoll.cancel();
        }
    }
}
