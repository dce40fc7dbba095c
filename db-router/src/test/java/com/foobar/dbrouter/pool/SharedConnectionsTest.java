package com.foobar.dbrouter.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several sessions on one connection: who may join, and whose each answer is. */
@Timeout(60)
class SharedConnectionsTest extends SharedConnectionFixture {
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

    @Test
    void isItsUsersOwnWhereNobodyElseJoins() {
        assertThat(join()).isSameAs(connection);
        assertThat(connection.user()).isSameAs(user);
        assertThat(connection.sharing().becomesOwn()).isTrue();
        assertThat(connection.sharing().isShared()).isFalse();
    }
}
