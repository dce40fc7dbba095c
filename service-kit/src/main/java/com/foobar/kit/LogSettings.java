package com.foobar.kit;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;

/**
 * What is logged, and how it looks.
 *
 * @param format {@code text} for people, {@code json} for machines: one object a line
 * @param level least level that is written, but for the lines of requests
 * @param access whether each request gets a line, at any level
 */
public record LogSettings(
        @Default("text") @Description("text for people, json for machines")
        Format format,

        @Default("info") @Description("least level that is written: debug, info, warn, error")
        Level level,

        @Default("true") @Description("one line per request, whatever the level")
        boolean access) {

    /** How a line looks. */
    public enum Format {
        TEXT,
        JSON
    }

    /** How much is written. */
    public enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }
}
