package com.foobar.http.proxy;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which failures are worth another attempt, in the words of HAProxy's {@code retry-on}.
 *
 * @param connFailure no connection could be made; no server has seen the request, so any method is sent again
 * @param emptyResponse the connection broke before any of the answer was passed on
 * @param junkResponse the answer was no HTTP
 * @param responseTimeout the server was too slow
 * @param statuses answers that are not passed on while another server can be asked
 */
public record RetryOn(
        boolean connFailure,
        boolean emptyResponse,
        boolean junkResponse,
        boolean responseTimeout,
        Set<Integer> statuses) {
    /** What is retried unless settings say otherwise. */
    static final String DEFAULT = "[conn-failure, empty-response]";

    private static final Set<Integer> ALLOWED = Set.of(401, 403, 404, 408, 421, 425, 429, 500, 501, 502, 503, 504);
    private static final Set<Integer> RETRYABLE = Set.of(500, 502, 503, 504);
    private static final String EXPECTED = "none, conn-failure, empty-response, junk-response, response-timeout, "
            + "all-retryable-errors, or one of the statuses "
            + new TreeSet<>(ALLOWED).toString().replaceAll("[\\[\\]]", "");

    public RetryOn {
        statuses = Set.copyOf(statuses);
    }

    /** @throws IllegalArgumentException naming the word that is not known */
    public static RetryOn parse(List<String> words) {
        boolean connFailure = false;
        boolean emptyResponse = false;
        boolean junkResponse = false;
        boolean responseTimeout = false;
        Set<Integer> statuses = new TreeSet<>();
        for (String word : words) {
            switch (word) {
                case "none" -> {
                    if (words.size() > 1) {
                        throw new IllegalArgumentException("none, and others (expected: none alone)");
                    }
                }
                case "conn-failure" -> connFailure = true;
                case "empty-response" -> emptyResponse = true;
                case "junk-response" -> junkResponse = true;
                case "response-timeout" -> responseTimeout = true;
                case "all-retryable-errors" -> {
                    connFailure = true;
                    emptyResponse = true;
                    junkResponse = true;
                    responseTimeout = true;
                    statuses.addAll(RETRYABLE);
                }
                default -> statuses.add(status(word));
            }
        }
        return new RetryOn(connFailure, emptyResponse, junkResponse, responseTimeout, statuses);
    }

    private static int status(String word) {
        if (word.matches("\\d{3}") && ALLOWED.contains(Integer.valueOf(word))) {
            return Integer.parseInt(word);
        }
        throw new IllegalArgumentException(word + " (expected: " + EXPECTED + ")");
    }
}
