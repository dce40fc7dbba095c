package com.foobar.web.content;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Addresses that belong to the site's own script by their beginning, whatever follows: {@code /tag/node.js} names a tag and
 * not a script, {@code /tag/tcp%2Fip} a tag with a slash in it. They are answered with the page before anything of them
 * is decoded or looked for, so what follows needs no guard; only what clients resolve themselves, a dot segment, is left to
 * {@link PathResolver} to refuse.
 *
 * @param prefixes each from slash to slash: {@code /tag/}
 */
record Views(List<String> prefixes) {
    private static final Pattern DOT_SEGMENT = Pattern.compile("(?:\\.|%2[eE]){1,2}");

    Views {
        prefixes = List.copyOf(prefixes);
    }

    /** Whether the target is a prefix and one more segment. */
    boolean contain(String target) {
        int query = target.indexOf('?');
        int end = query < 0 ? target.length() : query;
        int segment = target.lastIndexOf('/', end - 1) + 1;
        return segment < end
                && prefixes.contains(target.substring(0, segment))
                && target.indexOf('\\') < 0
                && !DOT_SEGMENT.matcher(target.substring(segment, end)).matches();
    }
}
