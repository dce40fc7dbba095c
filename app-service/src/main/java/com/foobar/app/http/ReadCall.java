package com.foobar.app.http;

import com.foobar.app.db.DbSession;
import org.jspecify.annotations.Nullable;

/**
 * What the answer to a {@linkplain Endpoint#sharedRead shared read} may depend on: the database, and what is equal for all who share it,
 * which is the target of the request and for whom the answer is made.
 */
public interface ReadCall {
    /** Number of no user: what {@link #viewer()} says of an anonymous caller. */
    long NOBODY = 0;

    /** The database, for this request. */
    DbSession db();

    /** The number of the user for whom the answer is made, or {@link #NOBODY}. */
    long viewer();

    /**
     * A variable part of the path, decoded, by which something is looked up.
     *
     * @param of what is looked up: {@code article}
     * @throws ApiError 404 where nothing can have that name
     */
    String path(String name, String of);

    /**
     * A parameter of the query, decoded; null where it is absent or empty.
     *
     * @throws ApiError 400 where any part of the query cannot be decoded
     */
    @Nullable
    String query(String name);
}
