package com.foobar.deploy.stack.database;

import com.foobar.deploy.stack.plan.StackPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The options of {@code mariadbd}: small for one machine, and durable: a commit is on disk, and on a replica, before it is answered. */
record ServerOptions(MariaDbPrograms programs, Path directory, Path temporary) {

    /** Makes the system tables from statements on standard input, without network or binary log. */
    List<String> bootstrap() {
        List<String> options = common();
        options.addAll(List.of("--bootstrap", "--skip-log-bin", "--log-warnings=0", "--max-allowed-packet=16M"));
        return options;
    }

    /**
     * A server of the cluster.
     *
     * @param name      of the instance
     * @param serverId  different for each, from 1
     * @param isPrimary a primary waits until a replica has a transaction before it answers the commit; a replica is read-only
     */
    List<String> server(int serverId, String name, int port, boolean isPrimary) {
        List<String> options = common();
        options.addAll(List.of(
                "--port=" + port,
                "--bind-address=" + StackPlan.HOST,
                // Relative to the data directory: the kernel takes no more than 107 characters.
                "--socket=mysql.sock",
                "--pid-file=mysql.pid",
                "--skip-name-resolve",
                // Otherwise each start makes an RSA key for itself, which takes seconds. Nothing leaves this machine.
                "--skip-ssl",
                "--max-connections=500",
                "--character-set-server=utf8mb4",
                "--innodb-flush-log-at-trx-commit=1",
                "--sync-binlog=1",
                "--server-id=" + serverId,
                // Its name for people: SHOW SLAVE HOSTS, and the site's page about what answered.
                "--report-host=" + name,
                "--log-bin=binlog",
                "--binlog-format=ROW",
                "--binlog-expire-logs-seconds=604800",
                "--relay-log=relay",
                "--relay-log-recovery=1",
                "--log-slave-updates=1",
                "--gtid-strict-mode=1",
                "--slave-net-timeout=5"));
        if (isPrimary) {
            options.addAll(List.of(
                    "--rpl-semi-sync-master-enabled=1",
                    "--rpl-semi-sync-master-wait-point=AFTER_SYNC",
                    // With no replica left, writes go on without one after this.
                    "--rpl-semi-sync-master-timeout=2000"));
        } else {
            options.addAll(List.of("--read-only=1", "--rpl-semi-sync-slave-enabled=1"));
        }
        return options;
    }

    private List<String> common() {
        List<String> options = new ArrayList<>(List.of(
                programs.server().toString(),
                "--no-defaults",
                "--basedir=" + programs.directory(),
                "--lc-messages-dir=" + programs.share(),
                "--datadir=" + directory,
                // Of its own: a server that starts deletes the temporary tables of all others that share the directory.
                "--tmpdir=" + temporary,
                "--innodb-log-file-size=32M",
                "--innodb-undo-tablespaces=0",
                "--innodb-buffer-pool-size=32M",
                "--aria-pagecache-buffer-size=8M",
                "--performance-schema=OFF"));
        if (System.getProperty("user.name").equals("root")) {
            // The server refuses to run as root unless told so.
            options.add("--user=root");
        }
        return options;
    }
}
