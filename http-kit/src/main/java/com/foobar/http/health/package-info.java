/**
 * Finds out which servers of a backend can take requests, and says so to them.
 *
 * <p>Each server is checked by itself, with HAProxy's semantics. It starts {@code DOWN}, is checked at once, and the first passed
 * check, whenever it comes, brings it up. From then on {@code fall} failed checks in a row take it down and {@code rise} passed ones in a row bring
 * it back; one check of the other result starts the count again:
 *
 * <pre>
 *                 rise passed in a row
 *         ┌─────────────────────────────────┐
 *        DOWN  (start: one pass is enough)  UP
 *         └─────────────────────────────────┘
 *                 fall failed in a row
 * </pre>
 *
 * <p>A live request that fails for want of its server has it checked at once and, by default, leaves it one failed check from
 * down ({@link com.foobar.http.backend.OnError#SUDDEN_DEATH}): a killed process is out of rotation within a round trip, not
 * after {@code fall × inter}.
 */
@NullMarked
package com.foobar.http.health;

import org.jspecify.annotations.NullMarked;
