package com.foobar.http.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.balance.Balancer;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Threads that want the same places at the same moment. */
class AdmissionContentionTest extends AdmissionFixture {
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
