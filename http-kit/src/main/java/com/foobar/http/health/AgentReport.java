package com.foobar.http.health;

import java.util.Locale;

/**
 * What a server says of itself in a field of its answer to a check, in the words of HAProxy's {@code agent-check}, separated by
 * spaces, tabs or commas: {@code 50%} (of the weight that it was given), {@code drain} or {@code maint} (no new requests), {@code
 * ready}, {@code down} with {@code fail} and {@code stopped} (as if the check had failed), {@code up}. Other words mean nothing.
 * What an answer does not say is as the settings have it: a server that says nothing any more is back to normal.
 *
 * @param percent of the configured weight
 * @param drain whether it wants no new requests
 * @param down whether it says that it is down
 */
public record AgentReport(int percent, boolean drain, boolean down) {
    /** Nothing is said. */
    public static final AgentReport NONE = new AgentReport(100, false, false);

    /** 256 times the least weight is the most. */
    private static final int MAX_PERCENT = 25_600;

    /** Reads the field. */
    static AgentReport parse(String text) {
        int percent = 100;
        boolean drain = false;
        boolean down = false;
        for (String word : text.toLowerCase(Locale.ROOT).split("[ \t,]+")) {
            switch (word) {
                case "drain", "maint" -> drain = true;
                case "ready" -> drain = false;
                case "down", "fail", "stopped" -> down = true;
                case "up" -> down = false;
                default -> percent = percent(word, percent);
            }
        }
        return new AgentReport(percent, drain, down);
    }

    private static int percent(String word, int otherwise) {
        if (!word.matches("[0-9]{1,5}%")) {
            return otherwise;
        }
        return Math.min(MAX_PERCENT, Integer.parseInt(word.substring(0, word.length() - 1)));
    }

    /** That part of a weight, rounded; at least 1 of what is above 0, if any is asked for. */
    int of(int weight) {
        long part = (weight * (long) percent + 50) / 100;
        return (int) Math.max(weight > 0 && percent > 0 ? 1 : 0, Math.min(256, part));
    }
}
