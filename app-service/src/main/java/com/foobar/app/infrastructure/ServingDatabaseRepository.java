package com.foobar.app.infrastructure;

import com.foobar.app.db.Sql;
import com.foobar.app.db.Statements;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;

/**
 * Asks the primary where it is, then whoever answers reads where it is. In this order nothing that was acknowledged before
 * the first question can be missing from the second answer unless the reader is behind. Without a router between, the hints
 * are comments, and one server answers both.
 */
public final class ServingDatabaseRepository {
    private static final String SERVER =
            "COALESCE(NULLIF(@@report_host, ''), CONCAT(@@hostname, ':', @@port)) AS server, @@global.read_only AS read_only";

    private static final Sql MARIADB_PRIMARY =
            new Sql("primary-position", "/* router:primary */ SELECT @@global.gtid_binlog_pos AS position");

    private static final Sql MARIADB_READER = new Sql(
            "reader-position", "/* router:replica */ SELECT " + SERVER + ", @@global.gtid_binlog_pos AS position");

    private static final Sql MYSQL_PRIMARY =
            new Sql("primary-position", "/* router:primary */ SELECT @@global.gtid_executed AS position");

    private static final Sql MYSQL_READER = new Sql(
            "reader-position",
            "/* router:replica */ SELECT " + SERVER
                    + ", @@global.gtid_executed AS position, GTID_SUBSET(?, @@global.gtid_executed) AS up_to_date");

    Future<ServingDatabase> find(Statements db) {
        boolean mariaDb = db.isMariaDb();
        return db.run(mariaDb ? MARIADB_PRIMARY : MYSQL_PRIMARY).compose(primary -> {
            String reached = position(only(primary));
            long asked = System.nanoTime();
            Future<RowSet<Row>> reader = mariaDb ? db.run(MARIADB_READER) : db.run(MYSQL_READER, reached);
            return reader.map(rows -> {
                long nanos = System.nanoTime() - asked;
                Row row = only(rows);
                String position = position(row);
                return new ServingDatabase(
                        db.router(),
                        row.getString("server"),
                        isOn(row.getValue("read_only")),
                        position,
                        reached,
                        mariaDb ? MariaDbPosition.contains(position, reached) : isOn(row.getValue("up_to_date")),
                        nanos);
            });
        });
    }

    private static Row only(RowSet<Row> rows) {
        return rows.iterator().next();
    }

    /** MySQL breaks the line after each source. */
    private static String position(Row row) {
        return row.getString("position").replace("\n", "");
    }

    /** MariaDB and MySQL give numbers; newer MariaDB may name the level of read_only. */
    private static boolean isOn(Object value) {
        return value instanceof Number number ? number.longValue() != 0 : !"OFF".equals(value) && !"0".equals(value);
    }
}
