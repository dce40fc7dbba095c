package com.foobar.dbrouter.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The databases that tell of a server itself, so that each server has its own to say. */
public final class ServerSchemas {
    private static final List<String> NAMES = List.of("information_schema", "performance_schema", "mysql", "sys");

    private ServerSchemas() {}

    /** @param schema null where no database was chosen */
    public static boolean contain(@Nullable String schema) {
        if (schema == null) {
            return false;
        }
        for (String name : NAMES) {
            if (name.equalsIgnoreCase(schema)) {
                return true;
            }
        }
        return false;
    }
}
