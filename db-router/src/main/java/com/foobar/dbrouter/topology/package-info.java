/**
 * The database servers: which is the primary, which replicas follow it and how far, and which of them may answer a read
 * that has to see every acknowledged write.
 *
 * <p>{@link com.foobar.dbrouter.topology.Topology} owns one monitor per server and publishes immutable {@link
 * com.foobar.dbrouter.topology.TopologySnapshot}s. {@link com.foobar.dbrouter.topology.ReadIndex} serves one event loop:
 * it learns the primary's position once for all reads that wait and chooses a replica that has reached it. Both talk to
 * the servers on control connections of their own, never on those of clients.
 */
@NullMarked
package com.foobar.dbrouter.topology;

import org.jspecify.annotations.NullMarked;
