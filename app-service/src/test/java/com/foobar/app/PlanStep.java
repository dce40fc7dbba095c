package com.foobar.app;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a statement reads one table, by EXPLAIN.
 *
 * @param statement with its values
 * @param part which SELECT, UPDATE or DELETE of the statement, from 1
 * @param table null where the database saw beforehand that there is no such row, and so made no plan
 * @param type how rows are found: {@code const}, {@code ref}, {@code ALL}
 */
record PlanStep(
        String statement,
        int part,
        @Nullable String table,
        @Nullable String type,
        @Nullable String key,
        String extra) {

    /** The tables that a statement reads; neither what it makes itself on the way, nor what it only adds to. */
    static List<PlanStep> of(String statement, Statement sql) throws SQLException {
        List<PlanStep> steps = new ArrayList<>();
        // MySQL shows a tree unless told otherwise.
        try (ResultSet rows = sql.executeQuery("EXPLAIN FORMAT=TRADITIONAL " + statement)) {
            while (rows.next()) {
                PlanStep step = new PlanStep(
                        statement,
                        rows.getInt("id"),
                        rows.getString("table"),
                        rows.getString("type"),
                        rows.getString("key"),
                        String.valueOf(rows.getString("Extra")));
                boolean read = !rows.getString("select_type").equals("INSERT")
                        && !step.extra.equals("No tables used")
                        && (step.table == null || !step.table.startsWith("<"));
                if (read) {
                    steps.add(step);
                }
            }
        }
        return steps;
    }
}
