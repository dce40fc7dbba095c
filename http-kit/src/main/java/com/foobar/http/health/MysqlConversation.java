package com.foobar.http.health;

import com.foobar.http.backend.CheckStatus;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of a MySQL connection up to the login (MySQL internals, {@code page_protocol_connection_phase}). Bytes in,
 * bytes and a result out.
 */
final class MysqlConversation {
    /** No packet of a connection phase is longer. */
    private static final int PACKET_LIMIT = 64 * 1024;

    private static final int HEADER = 4;
    private static final int PROTOCOL_10 = 10;
    private static final int OK = 0x00;
    private static final int AUTH_SWITCH_REQUEST = 0xfe;
    private static final int ERR = 0xff;
    private static final byte COM_QUIT = 1;

    private static final int CLIENT_PROTOCOL_41 = 0x200;
    private static final int CLIENT_SECURE_CONNECTION = 0x8000;
    private static final int CLIENT_PLUGIN_AUTH = 0x80000;
    private static final int MAX_PACKET_SIZE = 0xffffff;
    private static final byte UTF8_GENERAL_CI = 33;
    private static final int SQL_STATE = 6;

    private final String user;
    private Buffer input = Buffer.buffer();
    private @Nullable Buffer answer;
    private boolean greeted;
    private String version = "";

    /** @param user to log in as; empty to leave after the greeting */
    MysqlConversation(String user) {
        this.user = user;
    }

    /** Takes bytes in; returns what the check found as soon as that is known. */
    @Nullable
    CheckResult received(Buffer data) {
        input.appendBuffer(data);
        if (input.length() < HEADER) {
            return null;
        }
        int length = input.getUnsignedMediumLE(0);
        if (length == 0 || length > PACKET_LIMIT) {
            return noMysql();
        }
        if (input.length() < HEADER + length) {
            return null;
        }
        if (input.length() > HEADER + length) {
            // In this phase nobody speaks twice in a row.
            return noMysql();
        }
        int sequence = input.getUnsignedByte(HEADER - 1);
        Buffer payload = input.getBuffer(HEADER, HEADER + length);
        input = Buffer.buffer();
        return packet(payload, sequence + 1);
    }

    /** Whether something is to be sent. */
    boolean hasAnswer() {
        return answer != null;
    }

    /** What is to be sent, once. */
    Buffer takeAnswer() {
        Buffer taken = answer;
        answer = null;
        return taken == null ? Buffer.buffer() : taken;
    }

    private @Nullable CheckResult packet(Buffer payload, int next) {
        int type = payload.getUnsignedByte(0);
        if (type == ERR) {
            return error(payload);
        }
        if (!greeted) {
            return greeting(payload, type, next);
        }
        if (type == OK) {
            answer = packet(0, Buffer.buffer().appendByte(COM_QUIT));
            return new CheckResult(CheckStatus.L7OK, 0, version + ", logged in as " + user);
        }
        if (type == AUTH_SWITCH_REQUEST) {
            // Whatever the plugin, the answer for a user without a password is empty.
            answer = packet(next, Buffer.buffer());
            return null;
        }
        return noMysql();
    }

    private @Nullable CheckResult greeting(Buffer payload, int type, int next) {
        int end = 1;
        while (end < payload.length() && payload.getByte(end) != 0) {
            end++;
        }
        if (type != PROTOCOL_10 || end == payload.length()) {
            return noMysql();
        }
        greeted = true;
        version = "MySQL " + payload.getString(1, end, StandardCharsets.ISO_8859_1.name());
        if (user.isEmpty()) {
            return new CheckResult(CheckStatus.L7OK, 0, version);
        }
        answer = packet(next, handshakeResponse());
        return null;
    }

    /** {@code HandshakeResponse41} with an empty authentication answer. */
    private Buffer handshakeResponse() {
        return Buffer.buffer()
                .appendIntLE(CLIENT_PROTOCOL_41 | CLIENT_SECURE_CONNECTION | CLIENT_PLUGIN_AUTH)
                .appendIntLE(MAX_PACKET_SIZE)
                .appendByte(UTF8_GENERAL_CI)
                .appendBytes(new byte[23])
                .appendString(user)
                .appendByte((byte) 0)
                .appendByte((byte) 0)
                .appendString("mysql_native_password")
                .appendByte((byte) 0);
    }

    private static Buffer packet(int sequence, Buffer payload) {
        return Buffer.buffer(HEADER + payload.length())
                .appendMediumLE(payload.length())
                .appendByte((byte) sequence)
                .appendBuffer(payload);
    }

    private static CheckResult error(Buffer payload) {
        if (payload.length() < 3) {
            return noMysql();
        }
        int code = payload.getUnsignedShortLE(1);
        // '#' and the SQL state come before the text, but not in errors before the greeting.
        int start = payload.length() > 3 + SQL_STATE && payload.getByte(3) == '#' ? 3 + SQL_STATE : 3;
        String text = payload.getString(start, payload.length(), StandardCharsets.UTF_8.name());
        return new CheckResult(CheckStatus.L7STS, code, "error " + code + ": " + text);
    }

    private static CheckResult noMysql() {
        return new CheckResult(CheckStatus.L7RSP, 0, "the answer is not MySQL's");
    }
}
