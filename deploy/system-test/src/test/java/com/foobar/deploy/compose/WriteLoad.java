package com.foobar.deploy.compose;

import com.foobar.deploy.running.SiteClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Somebody who publishes one article after the other, and remembers those that were acknowledged. A refused one is no matter here. */
final class WriteLoad implements AutoCloseable {
    private static final int MOST_ARTICLES = 500;
    private static final long PAUSE_MILLIS = 200;

    private final SiteClient client;
    private final String token;
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Thread writer = new Thread(this::write, "writer");
    private volatile boolean closing;

    /** @param token of a registered user */
    WriteLoad(SiteClient client, String token) {
        this.client = client;
        this.token = token;
        writer.start();
    }

    /** Ends the writer; the slugs of the articles that were answered with 201. */
    List<String> end() throws InterruptedException {
        stop();
        return List.copyOf(acknowledged);
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop() throws InterruptedException {
        closing = true;
        writer.join();
    }

    private void write() {
        for (int i = 0; !closing && i < MOST_ARTICLES; i++) {
            try {
                Map<String, Object> article = Map.of("title", "Written " + i, "description", "load", "body", "Words.");
                HttpResponse<String> answer =
                        client.send("POST", "lb-2", "/api/articles", token, Map.of("article", article));
                if (answer.statusCode() == 201) {
                    acknowledged.add(
                            SiteClient.json(answer, 201).at("/article/slug").asText());
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (IOException e) {
                // Not acknowledged.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
