package com.foobar.dbrouter.routing;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Functions, stored or loaded, that the operator vouches for: they only read, and leave nothing in the connection. {@code
 * name} is a call without a schema, whatever the current one is; {@code schema.name} one with it. Immutable.
 */
public final class ReplicaFunctions {
    /** None. */
    public static final ReplicaFunctions NONE = new ReplicaFunctions(List.of());

    private static final Pattern NAME = Pattern.compile("([\\w$]{1,64}\\.)?[\\w$]{1,64}");

    /**
     * Built in since MySQL 8.4 and not in MariaDB, where they may be stored functions. A built-in function comes before a
     * stored one of the same name that is called without a schema (MySQL manual, "Function Name Parsing and Resolution").
     */
    private static final Set<String> OF_MYSQL = words("""
            any_value bin_to_uuid format_bytes format_pico_time grouping gtid_subset gtid_subtract is_uuid
            json_schema_valid json_schema_validation_report json_storage_free json_storage_size regexp_like
            st_collect st_geohash st_isvalid st_latfromgeohash st_latitude st_longfromgeohash st_longitude st_makeenvelope
            st_pointfromgeohash st_simplify st_swapxy st_transform st_validate statement_digest statement_digest_text
            uuid_to_bin
            """);

    /** Built in since MariaDB 10.11 and not in MySQL. */
    private static final Set<String> OF_MARIADB = words("""
            add_months chr column_add column_check column_create column_delete column_exists column_get column_json
            column_list crc32c json_compact json_detailed json_equals json_exists json_loose json_normalize json_query
            lengthb median natural_sort_key nvl nvl2 percentile_cont percentile_disc sformat to_char
            """);

    private final Set<String> names;
    private final Set<String> builtIn;

    /** @throws IllegalArgumentException for what is no name */
    public ReplicaFunctions(List<String> names) {
        for (String name : names) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("'" + name + "' (expected: name or schema.name)");
            }
        }
        this.names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
        this.builtIn = Set.of();
    }

    private ReplicaFunctions(Set<String> names, Set<String> builtIn) {
        this.names = names;
        this.builtIn = builtIn;
    }

    /** @return these, and those that are built in where all servers are MariaDB */
    public ReplicaFunctions withThoseOfMariaDb() {
        return new ReplicaFunctions(names, OF_MARIADB);
    }

    /** @return these, and those that are built in where all servers are MySQL */
    public ReplicaFunctions withThoseOfMySql() {
        return new ReplicaFunctions(names, OF_MYSQL);
    }

    /** Whether it is built in, where the name is not quoted: then it may be a stored function's. */
    boolean isBuiltIn(ByteBuf text, int start, int end) {
        return !builtIn.isEmpty() && builtIn.contains(name(text, start, end));
    }

    boolean contains(ByteBuf text, int start, int end) {
        return !names.isEmpty() && names.contains(name(text, start, end));
    }

    boolean contains(ByteBuf text, int schemaStart, int schemaEnd, int start, int end) {
        return !names.isEmpty() && names.contains(name(text, schemaStart, schemaEnd) + "." + name(text, start, end));
    }

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }

    private static String name(ByteBuf text, int start, int end) {
        return text.toString(start, end - start, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }
}
