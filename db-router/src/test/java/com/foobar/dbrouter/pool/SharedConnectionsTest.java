package com.foobar.dbrouter.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.dbrouter.protocol.ErrPacket;
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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several sessions on one connection, of which nothing is sent to a server: who may join, and whose each answer is. */
@Timeout(60)
class SharedConnectionsTest {
    private static final DatabaseServer SERVER = new DatabaseServer("db-1", "localhost", 1);
    private static final SessionState STATE = new SessionState(null, 45, List.of());
    private static final ConnectionKey KEY = new ConnectionKey("one", 0);
    private static final int MOST = 3;

    /** Two columns, a row of 7 and 0, and the end. */
    private static final byte[] ROW_OF_TWO = {
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

    private final EmbeddedChannel ticks = new EmbeddedChannel();
    private final ConnectionUser user = connection -> {};
    private final StatementUse use = new StatementUse();
    private final List<String> heard = new ArrayList<>();
    private ServerPool pool;
    private EmbeddedChannel channel;
    private ServerConnection connection;

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
                MOST);
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
                        new StatementUse()),
                settings,
                limit);
        channel = new EmbeddedChannel();
        connection = new ServerConnection(
                SERVER,
                KEY,
                channel,
                new HandshakeV10("11.4", 1, new byte[HandshakeV10.NONCE_LENGTH], 0, 45, 0, "mysql_native_password"),
                STATE,
                use,
                10);
        channel.pipeline().addLast(connection);
        pool.release(connection);
    }

    private final class Read implements Exchange {
        private final String name;
        private boolean hasKeptOthersWaiting;
        private boolean timed;

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

    private @Nullable ServerConnection join() {
        return pool.join(KEY, STATE, user, any -> true, false);
    }

    private void joinAll() {
        for (int i = 0; i < MOST; i++) {
            assertThat(join()).isSameAs(connection);
        }
    }

    /** An OK with so many warnings. */
    private void answer(int warnings) {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {7, 0, 0, 1, 0, 0, 0, 2, 0, (byte) warnings, 0}));
    }

    /** An OK that says that the session has changed. */
    private void answerThatChangesTheSession() {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {7, 0, 0, 1, 0, 0, 0, 2, 0x40, 0, 0}));
    }

    private void refuse() {
        byte[] error = "\0\0\0\1\u00ff\u001e\4#42S22no column".getBytes(StandardCharsets.ISO_8859_1);
        error[0] = (byte) (error.length - 4);
        channel.writeInbound(Unpooled.wrappedBuffer(error));
    }

    @Test
    void sendsThemInOrderAndGivesEachItsOwnAnswer() {
        joinAll();
        new Read("a");
        new Read("b");
        new Read("c");
        channel.runPendingTasks();
        for (char sent : "abc".toCharArray()) {
            ByteBuf one = channel.readOutbound();
            assertThat((char) one.readByte()).isEqualTo(sent);
            one.release();
        }
        answer(1);
        refuse();
        answer(3);
        assertThat(heard).containsExactly("a 1", "b 1054", "c 3");
        assertThat(pool.idleCount()).isEqualTo(1);
    }

    @Test
    void isJoinedByNoMoreThanTheLimitInTheSameStateAndTurn() {
        joinAll();
        assertThat(join()).isNull();
        connection.sharing().left(1);
        assertThat(pool.join(new ConnectionKey("other", 0), STATE, user, any -> true, false))
                .isNull();
        assertThat(pool.join(KEY, STATE.withSchema("other"), user, any -> true, false))
                .isNull();
        assertThat(pool.join(KEY, STATE, user, any -> false, false)).isNull();
        assertThat(join()).isSameAs(connection);
        connection.sharing().left(1);
        ticks.runPendingTasks();
        assertThat(join()).isNull();
    }

    @Test
    void failsForEachWhenItIsLost() {
        joinAll();
        new Read("a");
        new Read("b");
        new Read("c");
        answer(0);
        channel.close();
        assertThat(heard).containsExactly("a 0", "b LOST", "c LOST");
        assertThat(pool.idleCount()).isZero();
    }

    /** The answers to those that have left come all the same, and are nobody's. */
    @Test
    void isNobodysUntilWhatHasLeftIsAnswered() {
        joinAll();
        new Read("a");
        new Read("b");
        new Read("c");
        await().until(() -> {
            ticks.runScheduledPendingTasks();
            return heard.size() == 2;
        });
        assertThat(heard).containsExactly("b BUSY", "c BUSY");
        assertThat(join()).isNull();
        answer(5);
        assertThat(heard).containsExactly("b BUSY", "c BUSY", "a 5");
        assertThat(pool.idleCount()).isZero();
        answer(6);
        assertThat(pool.idleCount()).isZero();
        refuse();
        assertThat(heard).hasSize(3);
        assertThat(pool.idleCount()).isEqualTo(1);
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void oneThatLeavesLeavesTheOthersTheirAnswers() {
        joinAll();
        new Read("a");
        Read leaving = new Read("b");
        new Read("c");
        connection.sharing().leave(leaving);
        pool.release(connection);
        answer(1);
        answer(2);
        assertThat(pool.idleCount()).isZero();
        answer(3);
        assertThat(heard).containsExactly("a 1", "c 3");
        assertThat(pool.idleCount()).isEqualTo(1);
    }

    /** As by a function that a view calls: what is behind it has been run in another state than it was sent for. */
    @Test
    void runsNothingBehindAChangeOfTheSession() {
        joinAll();
        new Read("a");
        new Read("b");
        new Read("c");
        answer(0);
        answerThatChangesTheSession();
        assertThat(heard).containsExactly("a 0", "c BUSY", "b 0");
        answer(0);
        assertThat(heard).hasSize(3);
        assertThat(connection.isTouched()).isTrue();
        assertThat(pool.idleCount()).isZero();
    }

    /** The copy of a read that runs elsewhere changes it as well. */
    @Test
    void isClearedAndGivenBackWhenACopyHasChangedTheSession() {
        joinAll();
        new Read("a");
        Read leaving = new Read("b");
        new Read("c");
        connection.sharing().leave(leaving);
        pool.release(connection);
        answer(0);
        answerThatChangesTheSession();
        assertThat(heard).containsExactly("a 0", "c BUSY");
        answer(0);
        channel.runPendingTasks();
        channel.outboundMessages().clear();
        answer(0);
        assertThat(connection.isTouched()).isFalse();
        assertThat(pool.idleCount()).isEqualTo(1);
    }

    /** What was slow once is slow for the next ones too; those who were sent away need not have a connection each. */
    @Test
    void isSharedOnlyByThoseSentAwayForAWhileAfterPatienceRanOut() {
        joinAll();
        Read first = new Read("a");
        new Read("b");
        new Read("c");
        awaitSentAway("b BUSY", "c BUSY");
        assertThat(first.hasKeptOthersWaiting).isTrue();
        answer(0);
        answer(0);
        answer(0);
        assertThat(pool.idleCount()).isEqualTo(1);
        assertThat(join()).isNull();
        assertThat(pool.join(KEY, STATE, user, any -> true, true)).isSameAs(connection);
        pool.release(connection);
        await().until(() -> {
            ticks.runScheduledPendingTasks();
            return join() == connection;
        });
    }

    /** When the server began with one whose answer was there already, nobody can tell. */
    @Test
    void takesTheTimeOnlyOfAnswersThatCameByThemselves() {
        joinAll();
        Read first = new Read("a");
        Read second = new Read("b");
        Read third = new Read("c");
        channel.writeInbound(Unpooled.wrappedBuffer(
                new byte[] {7, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0}, new byte[] {7, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0}));
        answer(0);
        assertThat(first.timed).isTrue();
        assertThat(second.timed).isFalse();
        assertThat(third.timed).isTrue();
    }

    /** All who shared it are gone by then, so that it would be the next one's as it is. */
    @Test
    void isClearedWhereTheLastCopyHasChangedTheSession() {
        joinAll();
        new Read("a");
        new Read("b");
        new Read("c");
        awaitSentAway("b BUSY", "c BUSY");
        answer(0);
        answer(0);
        assertThat(connection.sharing().isShared()).isFalse();
        channel.runPendingTasks();
        channel.outboundMessages().clear();
        answerThatChangesTheSession();
        assertThat(connection.isTouched() || !channel.outboundMessages().isEmpty())
                .isTrue();
        assertThat(pool.idleCount()).isZero();
        answer(0);
        assertThat(connection.isTouched()).isFalse();
        assertThat(pool.idleCount()).isEqualTo(1);
    }

    private void awaitSentAway(String... all) {
        await().until(() -> {
            ticks.runScheduledPendingTasks();
            return heard.size() == all.length;
        });
        assertThat(heard).containsExactly(all);
    }

    /** It is asked for the id of who had it before, and the server is slow to answer anything. */
    @Test
    void aQuestionOfAnotherSessionBeforeThemIsNotEndedWithThem() {
        joinAll();
        connection.session().takeInsertId(id -> heard.add("id " + id), () -> heard.add("id lost"));
        new Read("a");
        new Read("b");
        new Read("c");
        awaitSentAway("a BUSY", "b BUSY", "c BUSY");
        boolean[] over = new boolean[1];
        ticks.eventLoop().schedule(() -> over[0] = true, 2 * ForNobody.LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        await().until(() -> {
            ticks.runScheduledPendingTasks();
            return over[0];
        });
        assertThat(connection.isOpen()).isTrue();
        assertThat(heard).hasSize(3);
        channel.writeInbound(Unpooled.wrappedBuffer(ROW_OF_TWO));
        assertThat(heard).endsWith("id 7");
        await().until(() -> {
            ticks.runScheduledPendingTasks();
            return !connection.isOpen();
        });
    }

    /** The server has it, so that it has to be closed there some day. */
    @Test
    void aStatementPreparedForNobodyIsKnown() {
        joinAll();
        new Read("a");
        StatementName name = StatementName.shared("SELECT 1", StatementEnvironment.of(STATE, 0));
        use.began(name);
        connection.statements().prepare(name, new Adoption() {
            @Override
            public void adopted() {
                heard.add("prepared");
            }

            @Override
            public void refused(ErrPacket error) {
                heard.add("refused");
            }

            @Override
            public void failed(ServerFailure failure) {
                heard.add("statement " + failure.kind());
            }
        });
        awaitSentAway("statement BUSY");
        answer(0);
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {12, 0, 0, 1, 0, 42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
        assertThat(heard).containsExactly("statement BUSY", "a 0");
        assertThat(connection.statements().get(name)).isNotNull();
    }

    /** A client has been told that its statement was killed while it was behind another: the server runs it all the same. */
    @Test
    void isEndedWhereItRunsForNobodyForLong() {
        joinAll();
        new Read("a");
        Read leaving = new Read("b");
        connection.sharing().left(1);
        connection.sharing().leave(leaving);
        pool.release(connection);
        answer(0);
        assertThat(connection.isOpen()).isTrue();
        await().until(() -> {
            ticks.runScheduledPendingTasks();
            return !connection.isOpen();
        });
        assertThat(pool.idleCount()).isZero();
    }

    @Test
    void isItsUsersOwnWhereNobodyElseJoins() {
        assertThat(join()).isSameAs(connection);
        assertThat(connection.user()).isSameAs(user);
        assertThat(connection.sharing().becomesOwn()).isTrue();
        assertThat(connection.sharing().isShared()).isFalse();
    }
}
