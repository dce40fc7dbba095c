package com.foobar.deploy.stack.service;

import com.foobar.deploy.stack.plan.Tier;
import java.util.List;

/** The JVM's options for each service: eight of them share one machine with three databases. */
final class JvmOptions {
    private JvmOptions() {}

    static List<String> of(Tier tier) {
        String heap = tier == Tier.APP ? "-Xmx96m" : "-Xmx64m";
        return List.of(
                heap,
                "-Xms16m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:ReservedCodeCacheSize=48m",
                "-XX:MaxDirectMemorySize=64m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xshare:auto");
    }
}
