package com.foobar.web.content;

import org.jspecify.annotations.Nullable;

/** What {@link PathResolver} made of a request target. */
sealed interface ResolvedPath {
    /**
     * @param name   path below the content root, without leading slash, safe to look up
     * @param folder whether the path ended in a slash, so that the last segment was added
     */
    record Named(String name, boolean folder) implements ResolvedPath {
        /**
         * Whether the path may be one that only the site's own script knows (history fallback): it has no extension. With
         * one it names a file, and nothing else is served in its place.
         */
        boolean mayBeView() {
            return folder || name.indexOf('.', name.lastIndexOf('/') + 1) < 0;
        }

        /** The page of the folder of that name, which this path would name with a slash behind it; null where it has one. */
        @Nullable
        String pageBelow() {
            return folder || !mayBeView() ? null : name + "/index.html";
        }
    }

    /**
     * @param status 400 or 404
     * @param reason for the client, without repeating what it sent
     */
    record Refused(int status, String reason) implements ResolvedPath {}
}
