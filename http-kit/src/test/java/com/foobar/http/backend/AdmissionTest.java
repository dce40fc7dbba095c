package com.foobar.http.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.balance.Balance;
import com.foobar.http.balance.Balancer;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.SettingsReader;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdmissionTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final AtomicLong nanos = new AtomicLong();
    private List<BackendServer> servers = List.of();
    private Admission admission;

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Waits for a place, and keeps it. */
    private final class Request implements Admission.Waiter {
        private volatile @Nullable BackendServer server;
        private Admission.@Nullable Wait wait;

        @Override
        public EventLoop eventLoop() {
            return loops.next();
        }

        @Override
        public boolean admitted(BackendServer given) {
            server = given;
            return true;
        }

        Request forAny() {
            return forAnyBut();
        }

        Request forAnyBut(BackendServer... unwanted) {
            wait = admission.await(this, Balancer.NO_KEY, null, Set.of(unwanted));
            return this;
        }

        Request forSession(BackendServer session) {
            wait = admission.await(this, Balancer.NO_KEY, session, Set.of());
            return this;
        }

        boolean refused() {
            return wait == null;
        }

        void isAdmittedTo(BackendServer expected) {
            await().atMost(LONG).until(() -> server != null);
            assertThat(server).isEqualTo(expected);
        }

        /** What is given to others, and they are told, before this has been told. */
        void waits() {
            loops.forEach(loop -> loop.submit(() -> {}).awaitUninterruptibly(LONG.toMillis()));
            assertThat(server).isNull();
        }
    }

    private static ServerSettings settings(int number, int weight, boolean backup, @Nullable Integer maxqueue) {
        return new ServerSettings(
                "server-" + number,
                new HostPort("127.0.0.1", 1 + number),
                weight,
                backup,
                null,
                maxqueue,
                ServerProtocol.H1,
                null);
    }

    private void servers(Duration slowStart, ServerSettings... settings) {
        servers = Arrays.stream(settings)
                .map(each -> new BackendServer(each, slowStart, Clock.systemUTC(), nanos::get))
                .toList();
        servers.forEach(server -> server.set(OperationalState.UP, "test"));
    }

    private void servers(int count) {
        servers(
                Duration.ZERO,
                IntStream.range(0, count)
                        .mapToObj(i -> settings(i, 1, false, null))
                        .toArray(ServerSettings[]::new));
    }

    private void admit(int maxconn, int maxqueue) {
        admission = new Admission(new Backend("test", Balance.ROUNDROBIN, servers), loops, maxconn, maxqueue);
    }

    private @Nullable BackendServer take() {
        return admission.take(Balancer.NO_KEY, null, Set.of());
    }

    private void fill(int places) {
        for (int i = 0; i < places; i++) {
            assertThat(take()).isNotNull();
        }
        assertThat(take()).isNull();
    }

    private BackendServer server(int number) {
        return servers.get(number);
    }

    private Request request() {
        return new Request();
    }

    /** Each of some servers, whose places are of different numbers: the last is as easy to find as the first. */
    @ParameterizedTest
    @EnumSource(Balance.class)
    void findsEveryPlaceThatIsFree(Balance balance) {
        int count = 150;
        servers(
                Duration.ZERO,
                IntStream.range(0, count)
                        .mapToObj(i -> new ServerSettings(
                                "server-" + i,
                                new HostPort("127.0.0.1", 1 + i),
                                1 + i % 7,
                                false,
                                1 + i % 3,
                                null,
                                ServerProtocol.H1,
                                null))
                        .toArray(ServerSettings[]::new));
        admission = new Admission(new Backend("test", balance, servers), loops, 1, 10);
        for (int round = 0; round < 3; round++) {
            Map<BackendServer, Integer> given = new HashMap<>();
            for (int i = 0; i < 2 * count; i++) {
                BackendServer server = admission.take(
                        balance.hashes() ? ThreadLocalRandom.current().nextLong() | 1 : 0, null, Set.of());
                assertThat(server).as("place %d", i).isNotNull();
                server.begin();
                given.merge(server, 1, Integer::sum);
            }
            assertThat(admission.take(1, null, Set.of())).isNull();
            for (int i = 0; i < count; i++) {
                assertThat(given.get(server(i))).isEqualTo(1 + i % 3);
            }
            // Each by itself is found again among all the others, which are full.
            BackendServer freed = server(7 * round);
            admission.release(freed);
            assertThat(admission.take(1, null, Set.of(freed))).isNull();
            assertThat(admission.take(1, null, Set.of())).isEqualTo(freed);
            given.forEach((server, places) -> {
                for (int i = 0; i < places; i++) {
                    server.endWithResponse(200);
                    admission.release(server);
                }
            });
        }
    }

    @Test
    void givesAFreedPlaceToTheOldestOfBothQueues() {
        servers(2);
        admit(1, 10);
        fill(2);
        Request first = request().forAny();
        Request session = request().forSession(server(0));
        Request third = request().forAny();

        admission.release(server(0));
        first.isAdmittedTo(server(0));
        admission.release(server(1));
        third.isAdmittedTo(server(1));
        session.waits();
        Request late = request().forAny();
        admission.release(server(0));
        session.isAdmittedTo(server(0));
        late.waits();
        assertThat(admission.waiting()).isEqualTo(1);
        assertThat(admission.waitingFor(server(0))).isZero();
    }

    @Test
    void hasSessionsOfOneServerTakeNoPlaceInTheQueueOfTheOthers() {
        servers(2);
        admit(1, 2);
        fill(2);
        Request one = request().forSession(server(0));
        Request two = request().forSession(server(0));
        Request any = request().forAny();

        assertThat(admission.waitingFor(server(0))).isEqualTo(2);
        assertThat(admission.waiting()).isEqualTo(1);
        admission.release(server(1));
        any.isAdmittedTo(server(1));
        one.waits();
        two.waits();
    }

    @Test
    void sendsSessionsElsewhereWhenTheQueueOfTheirServerIsFull() {
        servers(Duration.ZERO, settings(0, 1, false, 1), settings(1, 1, false, null));
        admit(1, 2);
        fill(2);
        Request waiting = request().forSession(server(0));
        Request other = request().forSession(server(0));

        assertThat(admission.waitingFor(server(0))).isEqualTo(1);
        assertThat(admission.waiting()).isEqualTo(1);
        admission.release(server(1));
        other.isAdmittedTo(server(1));
        waiting.waits();
    }

    @Test
    void refusesWhoFindsTheQueueOfTheBackendFull() {
        servers(1);
        admit(1, 1);
        fill(1);
        Request waiting = request().forAny();
        assertThat(request().forAny().refused()).isTrue();

        assertThat(waiting.refused()).isFalse();
        admission.leave(waiting.wait);
        assertThat(request().forAny().refused()).isFalse();
    }

    @Test
    void forgetsWhoLeaves() {
        servers(1);
        admit(1, 10);
        fill(1);
        Request gone = request().forAny();
        Request goneToo = request().forSession(server(0));
        Request stays = request().forAny();
        admission.leave(gone.wait);
        admission.leave(goneToo.wait);

        admission.release(server(0));
        stays.isAdmittedTo(server(0));
        gone.waits();
        goneToo.waits();
    }

    @Test
    void sendsThoseWhoWaitForAServerThatGoesDownToOthersInTheirTurn() {
        servers(2);
        admit(1, 10);
        fill(2);
        Request session = request().forSession(server(0));
        Request younger = request().forAny();

        server(0).set(OperationalState.DOWN, "test");
        assertThat(admission.waitingFor(server(0))).isZero();
        admission.release(server(1));
        session.isAdmittedTo(server(1));
        younger.waits();
        admission.release(server(1));
        younger.isAdmittedTo(server(1));
    }

    @Test
    void sendsThemAtOnceWhereAnotherServerHasRoom() {
        servers(2);
        admit(1, 10);
        assertThat(admission.take(Balancer.NO_KEY, server(0), Set.of())).isEqualTo(server(0));
        Request session = request().forSession(server(0));

        server(0).set(AdministrativeState.MAINT);
        session.isAdmittedTo(server(1));
    }

    @Test
    void keepsThoseWhoWaitForAServerThatIsDrainedAndServesNobodyElseThere() {
        servers(2);
        admit(1, 10);
        fill(2);
        Request any = request().forAny();
        Request session = request().forSession(server(0));

        server(0).set(AdministrativeState.DRAIN);
        admission.release(server(0));
        session.isAdmittedTo(server(0));
        admission.release(server(0));
        any.waits();
        server(0).set(AdministrativeState.READY);
        any.isAdmittedTo(server(0));
    }

    @Test
    void keepsSessionsAtABackupServerAndServesNobodyElseThere() {
        servers(Duration.ZERO, settings(0, 1, false, null), settings(1, 1, true, null));
        admit(1, 10);
        fill(1);
        assertThat(admission.take(Balancer.NO_KEY, server(1), Set.of())).isEqualTo(server(1));
        Request any = request().forAny();
        Request session = request().forSession(server(1));

        admission.release(server(1));
        session.isAdmittedTo(server(1));
        admission.release(server(1));
        any.waits();
        server(0).set(OperationalState.DOWN, "test");
        any.isAdmittedTo(server(1));
    }

    @Test
    void goesOnServingThoseWhoWaitAtABackupServerThatHasSteppedIn() {
        servers(
                Duration.ZERO,
                settings(0, 1, false, null),
                new ServerSettings("backup", new HostPort("127.0.0.1", 9), 1, true, 2, null, ServerProtocol.H1, null));
        admit(1, 20);
        fill(1);
        List<Request> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(request().forAny());
        }

        server(0).set(OperationalState.DOWN, "test");
        await().atMost(LONG).until(() -> admitted(waiting) == 2);
        for (int served = 3; served <= 10; served++) {
            admission.release(server(1));
            long expected = served;
            await().atMost(LONG).until(() -> admitted(waiting) == expected);
        }
        assertThat(admission.waiting()).isZero();
    }

    @Test
    void wakesThoseWhoWaitWhenAWeightIsRaisedFromZero() {
        servers(Duration.ZERO, settings(0, 1, false, null), settings(1, 0, false, null));
        admit(1, 10);
        fill(1);
        Request any = request().forAny();
        any.waits();

        server(1).weight(1);
        any.isAdmittedTo(server(1));
    }

    @Test
    void keepsWhoWasFailedByAServerAwayFromItAsLongAsThereIsAnother() {
        servers(2);
        admit(1, 10);
        fill(2);
        Request failed = request().forAnyBut(server(0));
        Request any = request().forAny();

        admission.release(server(0));
        any.isAdmittedTo(server(0));
        failed.waits();
        server(1).set(OperationalState.DOWN, "test");
        admission.release(server(0));
        failed.isAdmittedTo(server(0));
    }

    @Test
    void givesPlacesOfSeveralServersToThoseWhoWaitInTurn() {
        servers(Duration.ZERO, settings(0, 1, false, null), settings(1, 1, true, null), settings(2, 1, true, null));
        BackendSettings settings = SettingsReader.read(BackendSettings.class, """
                name: test
                allbackups: true
                servers:
                  - {name: a, address: '127.0.0.1:1'}
                  - {name: b, address: '127.0.0.1:2', backup: true}
                  - {name: c, address: '127.0.0.1:3', backup: true}
                """, Map.of());
        Backend backend = Backend.of(settings, Clock.systemUTC());
        servers = backend.servers();
        servers.forEach(server -> server.set(OperationalState.UP, "test"));
        admission = new Admission(backend, loops, 4, 10);
        fill(4);
        List<Request> waiting = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            waiting.add(request().forAny());
        }
        server(0).set(OperationalState.DOWN, "test");

        waiting.forEach(each -> await().atMost(LONG).until(() -> each.server != null));
        assertThat(waiting.stream().filter(each -> server(1).equals(each.server)))
                .hasSize(3);
        assertThat(waiting.stream().filter(each -> server(2).equals(each.server)))
                .hasSize(3);
    }

    @Test
    void givesAServerThatStartsSlowlyItsPlacesAsTimeGoesBy() {
        servers(Duration.ofMillis(200), settings(0, 1, false, null));
        admit(100, 1000);
        server(0).set(OperationalState.DOWN, "test");
        server(0).set(OperationalState.UP, "test");
        fill(1);
        List<Request> waiting = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            waiting.add(request().forAny());
        }
        waiting.get(0).waits();

        nanos.addAndGet(Duration.ofMillis(50).toNanos());
        await().atMost(LONG).until(() -> admitted(waiting) == 24);
        nanos.addAndGet(Duration.ofMillis(50).toNanos());
        await().atMost(LONG).until(() -> admitted(waiting) == 49);
        nanos.addAndGet(Duration.ofMillis(100).toNanos());
        await().atMost(LONG).until(() -> admitted(waiting) == 99);
        waiting.get(99).waits();
        for (int i = 0; i < 21; i++) {
            admission.release(server(0));
        }
        await().atMost(LONG).until(() -> admitted(waiting) == 120);
    }

    private static long admitted(List<Request> requests) {
        return requests.stream().filter(each -> each.server != null).count();
    }

    /** Two want the only place of their session's server at the same moment, and give it back at once. */
    @Test
    void letsNoSessionWaitAtAServerThatHasRoom() throws Exception {
        servers(1);
        admit(1, 10);
        int rounds = 1_000;
        AtomicInteger served = new AtomicInteger();
        // Who is late does not wait for the other one any more.
        long deadline = System.nanoTime() + LONG.toNanos();
        Runnable client = () -> {
            for (int round = 1; round <= rounds; round++) {
                BackendServer taken = admission.take(Balancer.NO_KEY, server(0), Set.of());
                if (taken != null) {
                    admission.release(taken);
                    served.incrementAndGet();
                } else {
                    admission.await(new PassingBy(served), Balancer.NO_KEY, server(0), Set.of());
                }
                while (served.get() < 2 * round && System.nanoTime() < deadline) {
                    Thread.onSpinWait();
                }
            }
        };
        Thread other = new Thread(client);
        other.start();
        client.run();
        other.join();
        await().atMost(LONG).until(() -> served.get() == 2 * rounds);
    }

    /** Is content to have been given a place. */
    private final class PassingBy implements Admission.Waiter {
        private final AtomicInteger served;

        PassingBy(AtomicInteger served) {
            this.served = served;
        }

        @Override
        public EventLoop eventLoop() {
            return loops.next();
        }

        @Override
        public boolean admitted(BackendServer server) {
            served.incrementAndGet();
            return false;
        }
    }

    @Test
    void sendsWhoWasFailedByAllServersToAnyOfThem() {
        servers(2);
        admit(1, 10);
        fill(2);
        Request failed = request().forAnyBut(server(0), server(1));

        admission.release(server(1));
        failed.isAdmittedTo(server(1));
    }

    /** Threads that take, wait, leave and release, while servers come and go: nobody is forgotten, and no place is counted twice or lost. */
    @Test
    void losesNoPlaceAndForgetsNobodyUnderContention() throws Exception {
        servers(4);
        admit(2, 100_000);
        AtomicInteger[] now =
                new AtomicInteger[] {new AtomicInteger(), new AtomicInteger(), new AtomicInteger(), new AtomicInteger()
                };
        AtomicInteger most = new AtomicInteger();
        AtomicInteger served = new AtomicInteger();
        AtomicInteger wanted = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int seed = t;
            Thread thread = new Thread(() -> {
                Random random = new Random(seed);
                for (int i = 0; i < 5_000; i++) {
                    BackendServer session = random.nextInt(4) == 0 ? server(random.nextInt(4)) : null;
                    Set<BackendServer> unwanted = random.nextInt(4) == 0 ? Set.of(server(random.nextInt(4))) : Set.of();
                    BackendServer taken = session != null && !session.takesSessions()
                            ? null
                            : admission.take(0, session, session == null ? unwanted : Set.of());
                    if (taken != null) {
                        wanted.incrementAndGet();
                        use(taken, now, most, served);
                        continue;
                    }
                    Admission.Waiter waiter = new Admission.Waiter() {
                        private final EventLoop loop = loops.next();

                        @Override
                        public EventLoop eventLoop() {
                            return loop;
                        }

                        @Override
                        public boolean admitted(BackendServer server) {
                            use(server, now, most, served);
                            return true;
                        }
                    };
                    wanted.incrementAndGet();
                    if (admission.await(waiter, 0, session, session == null ? unwanted : Set.of()) == null) {
                        wanted.decrementAndGet();
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (int i = 0; threads.stream().anyMatch(Thread::isAlive); i++) {
            BackendServer changing = server(1 + i % 3);
            switch (i % 4) {
                case 0 -> changing.set(OperationalState.DOWN, "test");
                case 1 -> changing.set(AdministrativeState.DRAIN);
                case 2 -> changing.weight(0);
                default -> {}
            }
            changing.weight(1);
            changing.set(AdministrativeState.READY);
            changing.set(OperationalState.UP, "test");
            Thread.onSpinWait();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        await().atMost(LONG).until(() -> served.get() == wanted.get());
        assertThat(admission.waiting()).isZero();
        assertThat(servers).allMatch(server -> admission.waitingFor(server) == 0);
        assertThat(most.get()).isLessThanOrEqualTo(2);
        // All places are there again.
        fill(8);
    }

    /** Keeps the place until the loop gets to it, so that others have to wait. */
    private void use(BackendServer server, AtomicInteger[] now, AtomicInteger most, AtomicInteger served) {
        AtomicInteger own = now[server.number()];
        most.accumulateAndGet(own.incrementAndGet(), Math::max);
        loops.next().execute(() -> {
            own.decrementAndGet();
            admission.release(server);
            served.incrementAndGet();
        });
    }
}
