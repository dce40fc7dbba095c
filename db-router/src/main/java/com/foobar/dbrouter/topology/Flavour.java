package com.foobar.dbrouter.topology;

import java.time.Duration;
import java.util.Locale;

/** Which server software speaks, as far as its statements about replication differ. */
public enum Flavour {
    /** MariaDB 10.11 and newer. Replicas log what they apply ({@code log_slave_updates}). */
    MARIADB("SELECT @@global.gtid_binlog_pos, @@global.read_only") {
        @Override
        public Position parse(String text) {
            return GtidPosition.parse(text);
        }

        @Override
        String waitStatement(Position position, Duration limit) {
            return "SELECT MASTER_GTID_WAIT('" + position.text() + "', " + seconds(limit) + ")";
        }
    },
    /** MySQL 8.4 and newer, {@code gtid_mode=ON}. */
    MYSQL("SELECT @@global.gtid_executed, @@global.read_only") {
        @Override
        public Position parse(String text) {
            return GtidSet.parse(text);
        }

        @Override
        String waitStatement(Position position, Duration limit) {
            return "SELECT WAIT_FOR_EXECUTED_GTID_SET('" + position.text() + "', " + seconds(limit) + ")";
        }
    };

    private final String positionStatement;

    Flavour(String positionStatement) {
        this.positionStatement = positionStatement;
    }

    static Flavour of(String version) {
        return version.toLowerCase(Locale.ROOT).contains("mariadb") ? MARIADB : MYSQL;
    }

    /**
     * One row: what a primary has committed, for {@link #parse}, and whether it is read-only, 0 where it is not (MySQL sets
     * {@code read_only} with {@code super_read_only}).
     */
    String positionStatement() {
        return positionStatement;
    }

    /** One row, one column: 0 when a replica has applied the position within the limit. Never for a primary. */
    abstract String waitStatement(Position position, Duration limit);

    /** @throws IllegalArgumentException where the text is not of this flavour's form */
    public abstract Position parse(String text);

    private static String seconds(Duration limit) {
        return String.format(Locale.ROOT, "%.3f", limit.toMillis() / 1000.0);
    }
}
