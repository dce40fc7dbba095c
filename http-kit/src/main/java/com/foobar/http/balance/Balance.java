package com.foobar.http.balance;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The algorithms, by HAProxy's names for its setting {@code balance}. */
public enum Balance {
    /** Each server in turn, as often as its weight says, spread evenly over the cycle. */
    ROUNDROBIN {
        @Override
        public <T extends Candidate> Balancer<T> over(List<T> candidates, AtomicInteger turn) {
            return new RoundRobinBalancer<>(candidates, turn);
        }
    },
    /** The server with the fewest requests in flight relative to its weight; among equals in turn, as their weights say. */
    LEASTCONN {
        @Override
        public <T extends Candidate> Balancer<T> over(List<T> candidates, AtomicInteger turn) {
            return new LeastConnBalancer<>(candidates, turn);
        }
    };

    /**
     * A balancer over these candidates.
     *
     * @param candidates those that may be chosen; of weight 0 never are
     * @param turn whose turn it is, shared by the balancers that follow each other as the list changes, so that a change does
     *     not always favour the first of the list; any start value will do, and it may overflow
     */
    public abstract <T extends Candidate> Balancer<T> over(List<T> candidates, AtomicInteger turn);
}
