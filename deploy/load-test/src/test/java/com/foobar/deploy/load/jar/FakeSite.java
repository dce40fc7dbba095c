package com.foobar.deploy.load.jar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** As much of the site, in memory and over plain HTTP, as the visitors look at; with faults of choice. One request at a time. */
final class FakeSite implements AutoCloseable {
    /** What may be wrong with it. */
    enum Fault {
        FORGETS_ARTICLES,
        KEEPS_DELETED_ARTICLES,
        COUNTS_LIKES_LATE,
        SHOWS_OLD_TEXT,
        HIDES_COMMENTS,
        FEEDS_NOTHING,
        REFUSES_COMMENTS,
        REFUSES_LIKES,
        REFUSES_DELETIONS,
        REFUSES_READERS
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Set<Fault> faults;
    private final HttpServer server;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Map<String, Article> articles = new LinkedHashMap<>();
    private final Map<String, Set<String>> followers = new HashMap<>();
    private int numbers;

    FakeSite(Fault... faults) throws IOException {
        this.faults = Set.of(faults);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(thread);
        server.start();
    }

    URI address() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
        thread.shutdownNow();
    }

    private static final class Article {
        final String slug;
        final String author;
        final JsonNode written;
        String body;
        final Set<String> likedBy = new LinkedHashSet<>();
        final Map<Integer, String> comments = new LinkedHashMap<>();

        Article(String slug, String author, JsonNode written) {
            this.slug = slug;
            this.author = author;
            this.written = written;
            this.body = written.path("body").asText();
        }

        boolean hasTag(String tag) {
            for (JsonNode own : written.path("tagList")) {
                if (own.asText().equals(tag)) {
                    return true;
                }
            }
            return false;
        }
    }

    private record Answer(int status, Object body) {}

    private void answer(HttpExchange exchange) throws IOException {
        Answer answer;
        try {
            JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
            String token = exchange.getRequestHeaders().getFirst("Authorization");
            answer = route(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI(),
                    body,
                    token == null ? null : token.substring("Token ".length()));
        } catch (RuntimeException e) {
            answer = new Answer(500, Map.of("errors", e.toString()));
        }
        byte[] bytes = answer.body() instanceof String page
                ? page.getBytes(StandardCharsets.UTF_8)
                : JSON.writeValueAsBytes(answer.body());
        boolean empty = answer.status() == 204;
        exchange.sendResponseHeaders(answer.status(), empty ? -1 : bytes.length);
        if (!empty) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private Answer route(String method, URI address, JsonNode body, @Nullable String user) {
        String[] path = address.getPath().substring(1).split("/", -1);
        if (!path[0].equals("api")) {
            return new Answer(200, "<html><link rel=stylesheet href=/a.css><script src=/a.js></script></html>");
        }
        if (refuses(method, path)) {
            return new Answer(503, Map.of("errors", Map.of("body", List.of("no time"))));
        }
        return switch (path[1]) {
            case "tags" -> new Answer(200, Map.of("tags", tags()));
            case "users" -> user(path.length > 2 ? 200 : 201, body.path("user"));
            case "user" -> new Answer(200, Map.of("user", Map.of("username", Objects.requireNonNull(user))));
            case "profiles" -> profile(method, path, user);
            default ->
                path.length == 2
                        ? articles(method, address, body, user)
                        : path[2].equals("feed") ? feed(user) : article(method, path, body, user);
        };
    }

    private boolean refuses(String method, String[] path) {
        String last = path[path.length - 1];
        boolean article = path[1].equals("articles") && path.length == 3;
        return (has(Fault.REFUSES_COMMENTS) && method.equals("POST") && last.equals("comments"))
                || (has(Fault.REFUSES_LIKES) && method.equals("POST") && last.equals("favorite"))
                || (has(Fault.REFUSES_DELETIONS) && method.equals("DELETE") && article)
                || (has(Fault.REFUSES_READERS) && method.equals("GET") && article && !last.equals("feed"));
    }

    private boolean has(Fault fault) {
        return faults.contains(fault);
    }

    private Set<String> tags() {
        Set<String> tags = new LinkedHashSet<>();
        for (Article article : articles.values()) {
            article.written.path("tagList").forEach(tag -> tags.add(tag.asText()));
        }
        return tags;
    }

    /** The token is the name, which is the first part of the address. */
    private static Answer user(int status, JsonNode user) {
        String name = user.path("email").asText().replaceFirst("@.*", "");
        return new Answer(status, Map.of("user", Map.of("username", name, "token", name)));
    }

    private Answer profile(String method, String[] path, @Nullable String user) {
        Set<String> ofThem = followers.computeIfAbsent(path[2], name -> new LinkedHashSet<>());
        if (method.equals("POST")) {
            ofThem.add(user);
        } else if (method.equals("DELETE")) {
            ofThem.remove(user);
        }
        return new Answer(200, Map.of("profile", Map.of("username", path[2], "following", ofThem.contains(user))));
    }

    private Answer articles(String method, URI address, JsonNode body, @Nullable String user) {
        if (method.equals("POST")) {
            Article article = new Article("article-" + ++numbers, Objects.requireNonNull(user), body.path("article"));
            if (!has(Fault.FORGETS_ARTICLES)) {
                articles.put(article.slug, article);
            }
            return new Answer(201, Map.of("article", Map.of("slug", article.slug)));
        }
        Predicate<Article> wanted = article -> true;
        for (String parameter :
                Objects.requireNonNullElse(address.getQuery(), "").split("&", -1)) {
            String value = parameter.substring(parameter.indexOf('=') + 1);
            if (parameter.startsWith("tag=")) {
                wanted = article -> article.hasTag(value);
            } else if (parameter.startsWith("author=")) {
                wanted = article -> article.author.equals(value);
            } else if (parameter.startsWith("favorited=")) {
                wanted = article -> article.likedBy.contains(value);
            }
        }
        return list(articles.values().stream().filter(wanted).toList());
    }

    private Answer feed(@Nullable String user) {
        List<Article> followed = articles.values().stream()
                .filter(article ->
                        followers.getOrDefault(article.author, Set.of()).contains(user))
                .toList();
        return list(has(Fault.FEEDS_NOTHING) ? List.of() : followed);
    }

    private static Answer list(Collection<Article> articles) {
        return new Answer(
                200,
                Map.of(
                        "articlesCount",
                        articles.size(),
                        "articles",
                        articles.stream()
                                .map(article -> Map.of("slug", article.slug))
                                .toList()));
    }

    private Answer article(String method, String[] path, JsonNode body, @Nullable String user) {
        Article article = articles.get(path[2]);
        if (article == null) {
            return new Answer(404, Map.of("errors", Map.of("article", List.of("not found"))));
        }
        if (path.length == 3 && method.equals("DELETE")) {
            if (!has(Fault.KEEPS_DELETED_ARTICLES)) {
                articles.remove(article.slug);
            }
            return new Answer(204, "");
        }
        if (path.length == 3 && method.equals("PUT") && !has(Fault.SHOWS_OLD_TEXT)) {
            article.body = body.path("article").path("body").asText();
        } else if (path.length > 3 && path[3].equals("favorite")) {
            if (method.equals("POST")) {
                article.likedBy.add(user);
            } else {
                article.likedBy.remove(user);
            }
        } else if (path.length > 3 && path[3].equals("comments")) {
            return comments(method, path, body, article);
        }
        return new Answer(200, Map.of("article", shown(article, user)));
    }

    private Map<String, Object> shown(Article article, @Nullable String user) {
        int likes = article.likedBy.size();
        return Map.of(
                "title", article.written.path("title"),
                "body", article.body,
                "tagList", article.written.path("tagList"),
                "author", Map.of("username", article.author),
                "favorited", article.likedBy.contains(user),
                "favoritesCount", has(Fault.COUNTS_LIKES_LATE) ? Math.max(0, likes - 1) : likes);
    }

    private Answer comments(String method, String[] path, JsonNode body, Article article) {
        if (method.equals("POST")) {
            article.comments.put(++numbers, body.path("comment").path("body").asText());
            return new Answer(201, Map.of("comment", Map.of("id", numbers)));
        }
        if (method.equals("DELETE")) {
            article.comments.remove(Integer.valueOf(path[4]));
            return new Answer(204, "");
        }
        List<Object> shown = new ArrayList<>();
        if (!has(Fault.HIDES_COMMENTS)) {
            article.comments.keySet().forEach(id -> shown.add(Map.of("id", id)));
        }
        return new Answer(200, Map.of("comments", shown));
    }
}
