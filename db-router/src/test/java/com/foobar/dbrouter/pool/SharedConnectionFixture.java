package com.foobar.dbrouter.pool;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.memory.MemoryBudget;
import com.foobar.dbrouter.protocol.HandshakeV10;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import com.foobar.dbrouter.tls.ServerTls;
import com.foobar.dbrouter.tls.ServerTlsSettings;
import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.kit.settings.SettingsReader;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/** One connection of a pool that several sessions share, without a server, and what they hear. */
abstract class SharedConnectionFixture {
    static final DatabaseServer SERVER = new DatabaseServer("db-1", "localhost", 1);
    static final SessionState STATE = new SessionState("one", 45, List.of());
    static final ConnectionKey KEY = new ConnectionKey("one", 0);
    static final int MOST = 3;

    /** Two columns, a row of 7 and 0, and the end. */
    static final byte[] ROW_OF_TWO = {
        1,
        0,
        0,
        1,
        2,
        1,
        0,
        0,
        2,
        1,
        1,
        0,
        0,
        3,
        1,
        4,
        0,
        0,
        4,
        1,
        '7',
        1,
        '0',
        7,
        0,
        0,
        5,
        (byte) 0xfe,
        0,
        0,
        2,
        0,
        0,
        0
    };

    final EmbeddedChannel ticks = new EmbeddedChannel();
    final ConnectionUser user = connection -> {};
    final StatementUse use = new StatementUse(new MemoryBudget(Long.MAX_VALUE));
    final List<String> heard = new ArrayList<>();
    ServerPool pool;
    EmbeddedChannel channel;
    ServerConnection connection;

    @BeforeEach
    void start() {
        ServerLimit limit = new ServerLimit(1);
        assertThat(limit.tryAcquire()).isTrue();
        PoolSettings settings = new PoolSettings(
                1,
                10,
                Duration.ofMinutes(10),
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                Duration.ofHours(1),
                10,
                MOST,
                0);
        pool = new ServerPool(
                SERVER,
                ticks.eventLoop(),
                new ConnectionOpener(
                        SERVER,
                        ticks.eventLoop(),
                        new Bootstrap(),
                        name -> null,
                        ServerTls.of(SettingsReader.defaults(ServerTlsSettings.class)),
                        settings,
                        limit,
                        new StatementUse(new MemoryBudget(Long.MAX_VALUE))),
                settings,
                limit,
                () -> heard.add("kill failed"));
        channel = new EmbeddedChannel();
        connection = connectionOn(channel);
        pool.release(connection);
    }

    ServerConnection connectionOn(EmbeddedChannel channel) {
        ServerConnection made = new ServerConnection(
                SERVER,
                KEY,
                channel,
                new HandshakeV10("11.4", 1, new byte[HandshakeV10.NONCE_LENGTH], 0, 45, 0, "mysql_native_password"),
                STATE,
                use,
                10);
        channel.pipeline().addLast(made);
        return made;
    }

    final class Read implements Exchange {
        private final String name;
        boolean hasKeptOthersWaiting;
        boolean timed;

        Read(String name) {
            this.name = name;
            connection.send(Unpooled.buffer().writeByte(name.charAt(0)), this);
        }

        @Override
        public Expect expect() {
            return Expect.RESULTS;
        }

        @Override
        public void received(ByteBuf bytes, ResponseTracker tracker) {
            bytes.release();
        }

        @Override
        public void othersAreGone() {
            hasKeptOthersWaiting = true;
        }

        @Override
        public void completed(ResponseTracker tracker) {
            timed = connection.isTimed();
            heard.add(name + " "
                    + (tracker.error() == null
                            ? tracker.warnings()
                            : tracker.error().code()));
            pool.release(connection);
        }

        @Override
        public void failed(ServerFailure failure) {
            heard.add(name + " " + failure.kind());
        }
    }

    @Nullable
    ServerConnection join() {
        return pool.join(KEY, STATE, user, any -> true, false);
    }

    void joinAll() {
        for (int i = 0; i < MOST; i++) {
            assertThat(join()).isSameAs(connection);
        }
    }

    static ByteBuf ok(int warnings) {
        return Unpooled.wrappedBuffer(new byte[] {7, 0, 0, 1, 0, 0, 0, 2, 0, (byte) warnings, 0});
    }

    /** An OK with so many warnings. */
    void answer(int warnings) {
        channel.writeInbound(ok(warnings));
    }

    /** An OK that says that the session has changed. */
    void answerThatChangesTheSession() {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {7, 0, 0, 1, 0, 0, 0, 2, 0x40, 0, 0}));
    }

    void refuse() {
        byte[] error = "\0\0\0\1\u00ff\u001e\4#42S22no column".getBytes(StandardCharsets.ISO_8859_1);
        error[0] = (byte) (error.length - 4);
        channel.writeInbound(Unpooled.wrappedBuffer(error));
    }
}
