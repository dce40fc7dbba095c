package com.foobar.kit.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A database server that a test may look into, and act upon, as root. {@link #close} ends it, with its data. */
public interface DatabaseServer extends AutoCloseable {
    /** {@code host:port}. */
    String address();

    default int port() {
        return Integer.parseInt(address().substring(address().lastIndexOf(':') + 1));
    }

    /** A connection as {@code root}, without a database chosen. The caller closes it. */
    Connection connectAsRoot() throws SQLException;

    /** Runs statements as root, one after another. */
    default void execute(String... statements) {
        try (Connection connection = connectAsRoot();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(address() + ": " + String.join("; ", statements), e);
        }
    }

    /** The rows of a query run as root: column label to text. */
    default List<Map<String, @Nullable String>> rows(String sql) {
        try (Connection connection = connectAsRoot();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            ResultSetMetaData columns = result.getMetaData();
            List<Map<String, @Nullable String>> rows = new ArrayList<>();
            while (result.next()) {
                Map<String, @Nullable String> row = new LinkedHashMap<>();
                for (int column = 1; column <= columns.getColumnCount(); column++) {
                    row.put(columns.getColumnLabel(column), result.getString(column));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(address() + ": " + sql, e);
        }
    }

    /** The first column of the first row of a query run as root; null where that is NULL. */
    default @Nullable String value(String sql) {
        List<Map<String, @Nullable String>> rows = rows(sql);
        if (rows.isEmpty()) {
            throw new IllegalStateException(address() + ": no row for " + sql);
        }
        return rows.get(0).values().iterator().next();
    }

    /** A global status counter, such as {@code Com_select}. */
    default long status(String name) {
        return Long.parseLong(String.valueOf(
                rows("SHOW GLOBAL STATUS LIKE '" + name + "'").get(0).get("Value")));
    }

    @Override
    void close();
}
