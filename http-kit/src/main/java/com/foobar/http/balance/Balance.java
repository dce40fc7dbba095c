package com.foobar.http.balance;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/** The algorithms, by HAProxy's names for its setting {@code balance}, and {@code ewma}, which it has not. */
public enum Balance {
    /** The less loaded, for its weight, of two drawn by weight. */
    RANDOM,
    /** Each server in turn, as often as its weight says, spread evenly over the cycle. */
    ROUNDROBIN,
    /** The server with the fewest requests in flight relative to its weight; among equals in turn, as their weights say. */
    LEASTCONN,
    /** Of two drawn by weight the one that will answer sooner, by its latency of late and its requests in flight. */
    EWMA,
    /** The first that is not full. */
    FIRST,
    /** By a hash of the client's address. */
    SOURCE,
    /** By a hash of the path. */
    URI,
    /** By a hash of a field of the request. */
    HEADER,
    /** By a hash of a cookie of the request. */
    COOKIE;

    /** Whether requests of one key go to one server. */
    public boolean hashes() {
        return this == SOURCE || this == URI || this == HEADER || this == COOKIE;
    }

    /**
     * The way of choosing among these servers.
     *
     * @param all servers of the backend, those that are not to be chosen at the moment included
     * @param hashBalanceFactor for hashes: percent of the mean load that a server takes before the next one is asked, above 100;
     *     or 0 for no bound
     * @param inFlight requests that all servers together are working on
     * @param vacancies which of {@code all} have room; at least all that have any
     * @param random draws, of 64 bits
     */
    public <T extends Candidate> Balancing<T> among(
            List<T> all, int hashBalanceFactor, LongSupplier inFlight, Vacancies vacancies, LongSupplier random) {
        return switch (this) {
            case RANDOM ->
                candidates -> TwoChoicesBalancer.byLoad(candidates, vacant(all, vacancies, candidates), random);
            case EWMA ->
                candidates -> TwoChoicesBalancer.byLatency(candidates, vacant(all, vacancies, candidates), random);
            case ROUNDROBIN -> roundRobin(all, vacancies, new Turn());
            case LEASTCONN -> leastConn(all, vacancies, new Turn());
            case FIRST -> candidates -> new FirstBalancer<>(vacant(all, vacancies, candidates));
            case SOURCE, URI, HEADER, COOKIE -> HashBalancer.among(all, hashBalanceFactor, inFlight, vacancies);
        };
    }

    /** The same with draws of each thread's own. */
    public <T extends Candidate> Balancing<T> among(
            List<T> all, int hashBalanceFactor, LongSupplier inFlight, Vacancies vacancies) {
        return among(all, hashBalanceFactor, inFlight, vacancies, Balance::random);
    }

    /** The same among servers that have room at any time. */
    public <T extends Candidate> Balancing<T> among(List<T> all, int hashBalanceFactor, LongSupplier inFlight) {
        return among(all, hashBalanceFactor, inFlight, Vacancies.all(all.size()));
    }

    private static <T extends Candidate> VacantCandidates<T> vacant(
            List<T> all, Vacancies vacancies, List<T> candidates) {
        return new VacantCandidates<>(all, vacancies, candidates);
    }

    private static long random() {
        return ThreadLocalRandom.current().nextLong();
    }

    private static <T extends Candidate> Balancing<T> roundRobin(List<T> all, Vacancies vacancies, Turn turn) {
        return candidates -> new RoundRobinBalancer<>(candidates, vacant(all, vacancies, candidates), turn);
    }

    private static <T extends Candidate> Balancing<T> leastConn(List<T> all, Vacancies vacancies, Turn turn) {
        return candidates -> new LeastConnBalancer<>(candidates, vacant(all, vacancies, candidates), turn);
    }
}
