package com.foobar.dbrouter.routing;

import com.foobar.dbrouter.routing.ClassificationCache.KnownText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The time that telling what a statement is costs: {@code mvn -q clean verify -Pbenchmark -DskipTests -pl db-router -am}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ClassificationBenchmark {
    @Param({
        "SELECT c FROM sbtest1 WHERE id=25013",
        "SELECT a.id, a.slug, a.title, a.created_at, u.username FROM articles a JOIN users u ON u.id = a.author_id"
                + " WHERE a.created_at < '2026-11-01 00:00:00' ORDER BY a.created_at DESC LIMIT 20",
        "UPDATE sbtest1 SET k=k+1 WHERE id=25013"
    })
    private String statement = "";

    private final ClassificationCache cache = new ClassificationCache(1024);
    private ByteBuf sql = Unpooled.EMPTY_BUFFER;

    /** In memory outside the heap, as it comes from a socket. */
    @Setup
    public void read() {
        sql = Unpooled.directBuffer().writeBytes(statement.getBytes(StandardCharsets.US_ASCII));
    }

    /** A text that has been seen lately. */
    @Benchmark
    public KnownText known() {
        return cache.know(sql, LexicalMode.DEFAULT);
    }

    /** A text that is read for the first time: its classification, and its digest. */
    @Benchmark
    public long unknown() {
        return StatementDigest.hash(sql, LexicalMode.DEFAULT)
                + StatementClassifier.classify(sql, LexicalMode.DEFAULT, ReplicaFunctions.NONE)
                        .statements();
    }
}
