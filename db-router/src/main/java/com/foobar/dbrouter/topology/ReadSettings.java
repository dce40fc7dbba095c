package com.foobar.dbrouter.topology;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;

/**
 * How servers of reads are chosen.
 *
 * @param fallback what becomes of a read that no replica may answer
 * @param zone where this router is; replicas of the same zone are preferred, empty for no preference
 */
public record ReadSettings(
        @Default("primary")
        @Description("where a read goes that no replica may answer: primary, or error to keep reads off it")
        Fallback fallback,

        @Default("''")
        @Description("where this router is: replicas of the same zone come first; empty for no preference")
        String zone) {

    /** What becomes of a read that no replica may answer. */
    public enum Fallback {
        /** The primary answers it. */
        PRIMARY,
        /** It fails, so that the primary has no more to do than its writes. */
        ERROR
    }
}
