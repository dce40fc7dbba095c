package com.foobar.dbrouter.protocol;

import org.jspecify.annotations.Nullable;

/** The first byte of a client's packet in the command phase (MySQL manual, "Command Phase"). */
public enum Command {
    QUIT(0x01),
    INIT_DB(0x02),
    QUERY(0x03),
    FIELD_LIST(0x04),
    STATISTICS(0x09),
    PROCESS_KILL(0x0c),
    DEBUG(0x0d),
    PING(0x0e),
    CHANGE_USER(0x11),
    STMT_PREPARE(0x16),
    STMT_EXECUTE(0x17),
    STMT_SEND_LONG_DATA(0x18),
    STMT_CLOSE(0x19),
    STMT_RESET(0x1a),
    SET_OPTION(0x1b),
    STMT_FETCH(0x1c),
    RESET_CONNECTION(0x1f),
    /** MariaDB's. */
    STMT_BULK_EXECUTE(0xfa);

    private static final @Nullable Command[] BY_CODE = new Command[256];

    static {
        for (Command command : values()) {
            BY_CODE[command.code] = command;
        }
    }

    private final int code;

    Command(int code) {
        this.code = code;
    }

    /** @return the byte on the wire, 0 to 255 */
    public int code() {
        return code;
    }

    /** @return whether it carries a statement or data, so that only {@code max_allowed_packet} bounds it */
    public boolean carriesMuch() {
        return switch (this) {
            case QUERY, STMT_PREPARE, STMT_EXECUTE, STMT_SEND_LONG_DATA, STMT_BULK_EXECUTE -> true;
            default -> false;
        };
    }

    /**
     * @param code the byte on the wire; only its lowest 8 bits count
     * @return the command, or null where the router does not know it
     */
    public static @Nullable Command of(int code) {
        return BY_CODE[code & 0xff];
    }
}
