package com.foobar.deploy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that writes, and what everybody has to see from then on; path and body are templates of a {@link Scene}.
 *
 * @param before what has to be there first
 */
record Write(Who who, String method, String path, @Nullable String body, List<Write> before, List<View> views) {
    static Write by(Who who, String method, String path) {
        return new Write(who, method, path, null, List.of(), List.of());
    }

    static Write by(Who who, String method, String path, String body) {
        return new Write(who, method, path, body, List.of(), List.of());
    }

    Write after(Write... first) {
        return new Write(who, method, path, body, List.of(first), views);
    }

    /** To everybody. */
    Write shows(String where, String text) {
        return then(where, 200, text, true, Who.values());
    }

    Write showsTo(Who viewer, String where, String text) {
        return then(where, 200, text, true, viewer);
    }

    /** From everybody. */
    Write hides(String where, String text) {
        return then(where, 200, text, false, Who.values());
    }

    Write hidesFrom(Who viewer, String where, String text) {
        return then(where, 200, text, false, viewer);
    }

    /** For everybody there is nothing any more. */
    Write removes(String where) {
        return then(where, 404, "", true, Who.values());
    }

    private Write then(String where, int status, String text, boolean shown, Who... viewers) {
        List<View> all = new ArrayList<>(views);
        for (Who viewer : viewers) {
            all.add(new View(viewer, where, status, text, shown));
        }
        return new Write(who, method, path, body, before, List.copyOf(all));
    }

    @Override
    public String toString() {
        return method + " " + path + (body == null ? "" : " " + body);
    }
}
