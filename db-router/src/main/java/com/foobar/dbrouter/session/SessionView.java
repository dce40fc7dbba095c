package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.routing.Consistency;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A client session for operators. Values of statements are not in it.
 *
 * @param id as the client knows it, {@code CONNECTION_ID()}
 * @param address the client's
 * @param tls whether it came over TLS
 * @param program what the client says it is
 * @param database the current one, if any
 * @param state {@code idle}, {@code running} or {@code waiting}, for a server
 * @param seconds it has been in that state
 * @param statement what runs, without its values; empty where nothing does
 * @param server the server connection that it uses or keeps, if any
 * @param keptFor what the connection is kept for
 */
public record SessionView(
        int id,
        String user,
        String address,
        boolean tls,
        String program,
        @Nullable String database,
        Consistency consistency,
        String state,
        double seconds,
        String statement,
        @Nullable String server,
        List<String> keptFor) {

    public SessionView {
        keptFor = List.copyOf(keptFor);
    }

    /** As it is now; on the session's event loop. */
    public static SessionView of(ClientSession session) {
        ServerRun run = session.current();
        HeldConnection held = session.held();
        ServerConnection used = run == null ? null : run.connection();
        ServerConnection connection = used == null ? held.connection() : used;
        return new SessionView(
                session.identity().connectionId(),
                readable(session.memory().key().user()),
                session.identity().host(),
                session.identity().secure(),
                session.identity().program(),
                session.memory().state().schema(),
                session.reads().consistency(),
                run == null ? "idle" : run.isSent() ? "running" : "waiting",
                run == null ? session.idleSeconds() : run.count().seconds(),
                run == null ? "" : run.count().text(),
                connection == null ? null : connection.toString(),
                held.connection() == null
                        ? List.of()
                        : held.reasons().stream()
                                .map(reason -> reason.name().toLowerCase(Locale.ROOT))
                                .toList());
    }

    private static String readable(String bytes) {
        return new String(bytes.getBytes(Packets.BYTES), StandardCharsets.UTF_8);
    }
}
