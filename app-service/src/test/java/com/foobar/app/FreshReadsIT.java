package com.foobar.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.app.ApiClient.Answer;
import com.foobar.kit.testing.DatabaseServer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many read one article through two instances while it is written through both. */
@ExtendWith(SharedDatabase.class)
class FreshReadsIT {
    private static final int READERS = 16;
    private static final int WRITES = 400;

    private final TestApp one;
    private final DatabaseServer database;

    /** The newest version whose write has been answered. */
    private final AtomicInteger acknowledged = new AtomicInteger();

    private final Queue<String> stale = new ConcurrentLinkedQueue<>();

    FreshReadsIT(TestApp one, DatabaseServer database) {
        this.one = one;
        this.database = database;
    }

    @Test
    void showEveryWriteThatWasAnsweredBefore() {
        try (TestApp other = TestApp.on(database)) {
            ApiClient author = one.client().asNewUser();
            String path = "/api/articles/" + author.write(ApiClient.unique("Versions"));
            write(author, path, 0);

            List<CompletableFuture<Void>> readers = IntStream.range(0, READERS)
                    .mapToObj(i -> CompletableFuture.runAsync(
                            () -> read(author.at(i % 2 == 0 ? one : other).withToken(null, ""), path),
                            task -> new Thread(task, "reader-" + i).start()))
                    .toList();
            try {
                for (int version = 1; version <= WRITES; version++) {
                    write(author.at(version % 2 == 0 ? one : other), path, version);
                    acknowledged.set(version);
                }
            } finally {
                acknowledged.set(WRITES);
            }
            readers.forEach(CompletableFuture::join);

            assertThat(stale).isEmpty();
            assertThat(shared(one)).as("reads that another's answered").isPositive();
            assertThat(shared(other)).as("reads that another's answered").isPositive();
        }
    }

    private static void write(ApiClient author, String path, int version) {
        JsonObject change = new JsonObject().put("description", Integer.toString(version));
        Answer answer = author.put(path, new JsonObject().put("article", change));
        assertThat(answer.status()).isEqualTo(200);
    }

    private void read(ApiClient reader, String path) {
        while (acknowledged.get() < WRITES) {
            int expected = acknowledged.get();
            int seen = Integer.parseInt(reader.get(path).object("article").getString("description"));
            if (seen < expected) {
                stale.add("version " + seen + " after " + expected + " had been acknowledged");
            }
        }
    }

    private static double shared(TestApp app) {
        return new ApiClient(app.managementPort())
                .get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("app_reads_shared_total{route=\"/api/articles/:slug\"} "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
