package com.foobar.dbrouter.protocol;

/** What a server says about its session at the end of each answer (MySQL manual, "SERVER_STATUS_flags_enum"). */
public final class StatusFlags {
    public static final int IN_TRANS = 0x1;
    public static final int AUTOCOMMIT = 0x2;
    public static final int MORE_RESULTS_EXISTS = 0x8;
    public static final int NO_GOOD_INDEX_USED = 0x10;
    public static final int NO_INDEX_USED = 0x20;
    public static final int CURSOR_EXISTS = 0x40;
    public static final int LAST_ROW_SENT = 0x80;
    public static final int DB_DROPPED = 0x100;
    public static final int NO_BACKSLASH_ESCAPES = 0x200;
    public static final int METADATA_CHANGED = 0x400;
    public static final int QUERY_WAS_SLOW = 0x800;
    public static final int PS_OUT_PARAMS = 0x1000;
    public static final int IN_TRANS_READONLY = 0x2000;
    public static final int SESSION_STATE_CHANGED = 0x4000;

    private StatusFlags() {}

    /** @return whether every bit of {@code flag} is set in {@code status} */
    public static boolean has(int status, int flag) {
        return (status & flag) == flag;
    }
}
