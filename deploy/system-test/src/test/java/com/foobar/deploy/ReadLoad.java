package com.foobar.deploy;

import com.foobar.deploy.running.SiteClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Readers who go on asking for the site and the API through one balancer until they are closed. Bounded in number and speed. */
public final class ReadLoad implements AutoCloseable {
    private static final int READERS = 4;
    private static final int MOST_REQUESTS = 200_000;
    private static final long PAUSE_MILLIS = 5;
    private static final List<String> PATHS =
            List.of("/", "/api/articles?limit=5", "/api/tags", "/api/profiles/johndoe", "/article/some-title");

    private final SiteClient client;
    private final String balancer;
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final ExecutorService readers = Executors.newFixedThreadPool(READERS);
    private volatile boolean closing;

    public ReadLoad(SiteClient client, String balancer) {
        this.client = client;
        this.balancer = balancer;
        for (int i = 0; i < READERS; i++) {
            int first = i;
            readers.execute(() -> read(first));
        }
    }

    /** How many GETs have been answered with 200. */
    public int answered() {
        return answered.get();
    }

    /** Ends the readers; every GET that was not. */
    public List<String> end() {
        close();
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        closing = true;
        readers.shutdown();
        try {
            if (!readers.awaitTermination(30, TimeUnit.SECONDS)) {
                readers.shutdownNow();
                failures.add("a GET without an answer for 30 s");
            }
        } catch (InterruptedException e) {
            readers.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void read(int first) {
        for (int i = first; !closing && i < MOST_REQUESTS / READERS; i++) {
            String path = PATHS.get(i % PATHS.size());
            try {
                HttpResponse<String> answer = client.get(balancer, path);
                if (answer.statusCode() == 200) {
                    answered.incrementAndGet();
                } else {
                    failures.add(path + ": " + answer.statusCode() + " "
                            + answer.headers().map() + " " + answer.body());
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (IOException e) {
                failures.add(path + ": " + e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
