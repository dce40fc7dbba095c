package com.foobar.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.foobar.deploy.running.SiteClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Somebody {@code author-{id}} who has written {@code old-{id}}, with the tag {@code tag-{id}} and a comment, and somebody
 * {@code reader-{id}}: what a {@link Write} changes. Each scene has an id of its own, which stands for {@code {id}} in
 * templates, as the comment's number does for {@code {comment}}, and {@code "} for {@code '}.
 */
final class Scene {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Write ARTICLE = Write.by(Who.AUTHOR, "POST", "/api/articles", """
            {'article': {'title': 'Old {id}', 'description': 'd', 'body': 'b', 'tagList': ['tag-{id}']}}""");
    private static final Write COMMENT =
            Write.by(Who.AUTHOR, "POST", "/api/articles/old-{id}/comments", "{'comment': {'body': 'said-{id}'}}");

    private final SiteClient client;
    private final String id = UUID.randomUUID().toString().substring(24);
    private final Map<Who, String> tokens;
    private String comment = "";

    Scene(SiteClient client) throws IOException, InterruptedException {
        this.client = client;
        this.tokens = Map.of(
                Who.AUTHOR, client.register("lb-1", "author-" + id),
                Who.READER, client.register("lb-1", "reader-" + id));
        carryOut(ARTICLE);
        this.comment = JSON.readTree(carryOut(COMMENT).body()).at("/comment/id").asText();
    }

    /** Sends it through lb-1 and waits until it has succeeded. */
    HttpResponse<String> carryOut(Write write) throws IOException {
        HttpResponse<String> answer = send("lb-1", write, Map.of()).join();
        assertThat(answer.statusCode()).as("%s: %s", write, answer.body()).isBetween(200, 204);
        return answer;
    }

    CompletableFuture<HttpResponse<String>> send(String balancer, Write write, Map<String, String> fields)
            throws IOException {
        String body = write.body();
        return client.sendAsync(
                write.method(),
                balancer,
                fill(write.path()),
                tokens.get(write.who()),
                body == null ? null : JSON.readTree(fill(body)),
                fields);
    }

    /** @param validator for {@code If-None-Match} */
    CompletableFuture<HttpResponse<String>> get(String balancer, View view, @Nullable String validator)
            throws IOException {
        Map<String, String> condition = validator == null ? Map.of() : Map.of("If-None-Match", validator);
        return client.sendAsync("GET", balancer, fill(view.path()), tokens.get(view.who()), null, condition);
    }

    /** Whether the answer to the view's GET is as the view says. */
    boolean has(View view, HttpResponse<String> answer) {
        return answer.statusCode() == view.status() && answer.body().contains(fill(view.text())) == view.shown();
    }

    String fill(String template) {
        return template.replace("{id}", id).replace("{comment}", comment).replace('\'', '"');
    }
}
