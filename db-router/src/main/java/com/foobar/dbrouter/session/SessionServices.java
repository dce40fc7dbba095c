package com.foobar.dbrouter.session;

import com.foobar.dbrouter.auth.Authenticator;
import com.foobar.dbrouter.memory.ClientMemory;
import com.foobar.dbrouter.metrics.RouterMetrics;
import com.foobar.dbrouter.metrics.StatementDigests;
import com.foobar.dbrouter.pool.ServerPools.LoopPools;
import com.foobar.dbrouter.routing.ClassificationCache;
import com.foobar.dbrouter.topology.ReadIndex;
import com.foobar.dbrouter.topology.Topology;
import io.netty.channel.EventLoop;

/**
 * What the sessions of one event loop share.
 *
 * @param clients of all event loops
 * @param digests counts statements
 * @param readIndex chooses servers for reads
 * @param consistency what reads are promised
 * @param memory of all event loops
 */
public record SessionServices(
        EventLoop loop,
        LoopPools pools,
        Topology topology,
        ClientSessions clients,
        ReadIndex readIndex,
        ConsistencyChoice consistency,
        ClassificationCache classifications,
        StatementDigests digests,
        Authenticator authenticator,
        SessionSettings settings,
        ClientMemory memory,
        RouterMetrics metrics) {}
