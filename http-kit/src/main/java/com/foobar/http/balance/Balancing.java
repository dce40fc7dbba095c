package com.foobar.http.balance;

import java.util.List;

/**
 * One backend's way of choosing. Makes the balancers that follow each other as servers come and go, and keeps what must outlive
 * one of them: whose turn it is, and where on a ring each server lies.
 */
@FunctionalInterface
public interface Balancing<T extends Candidate> {
    /**
     * A balancer over these candidates.
     *
     * @param candidates those that may be chosen; of weight 0 never are
     */
    Balancer<T> over(List<T> candidates);
}
