package com.foobar.dbrouter.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.dbrouter.protocol.ErrPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reads on a shared connection that run elsewhere by now, or were ended: the connection is the next one's only once nothing of them is left there. */
@Timeout(60)
class ReadsForNobodyTest extends SharedConnectionFixture {
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
        connection.drop(leaving);
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
        connection.drop(leaving);
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
        var unused = use.began(name);
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
        connection.drop(leaving);
        pool.release(connection);
        answer(0);
        assertThat(connection.isOpen()).isTrue();
        await().until(() -> {
            ticks.runScheduledPendingTasks();
            return !connection.isOpen();
        });
        assertThat(pool.idleCount()).isZero();
        // Nobody can log in for that, so that the server is not told.
        await().until(() -> {
            ticks.runScheduledPendingTasks();
            return heard.contains("kill failed");
        });
    }

    /** The one that is killed and the copies of the others are answered, but the KILL may be on its way still. */
    @Test
    void isNobodysUntilAKillHasCome() {
        joinAll();
        new Read("a");
        new Read("b");
        new Read("c");
        EmbeddedChannel otherChannel = new EmbeddedChannel();
        ServerConnection other = connectionOn(otherChannel);
        pool.release(other);
        pool.endFirst(connection, STATE);
        assertThat(heard).containsExactly("b BUSY", "c BUSY");
        otherChannel.runPendingTasks();
        ByteBuf kill = otherChannel.readOutbound();
        assertThat(kill.toString(StandardCharsets.US_ASCII)).endsWith("KILL QUERY 1");
        kill.release();
        answer(0);
        assertThat(heard).endsWith("a 0");
        answer(0);
        answer(0);
        assertThat(pool.idleCount()).isZero();
        otherChannel.writeInbound(ok(0));
        assertThat(pool.idleCount()).isEqualTo(2);
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void isNotKeptForAKillThatWasNotSent() {
        joinAll();
        new Read("a");
        new Read("b");
        connection.sharing().left(1);
        pool.endFirst(connection, STATE);
        answer(0);
        answer(0);
        assertThat(heard).containsExactly("b BUSY", "a 0");
        assertThat(pool.idleCount()).isEqualTo(1);
    }
}
