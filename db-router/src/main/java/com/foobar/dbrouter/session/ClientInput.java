package com.foobar.dbrouter.session;

import com.foobar.dbrouter.memory.MemoryBudget;
import com.foobar.dbrouter.protocol.MalformedPacketException;
import com.foobar.dbrouter.protocol.PacketFramer;
import com.foobar.dbrouter.protocol.Packets;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends: one command at a time, and the packets of a file while a server wants one. What it sends ahead waits
 * unread in the socket beyond {@value #READ_AHEAD} bytes. Belongs to the session's event loop.
 */
final class ClientInput {
    private static final int READ_AHEAD = 64 << 10;

    /** Less is not counted: it is what any client may have waiting, and {@code sessions.max-connections} bounds that. */
    private static final int LITTLE = 16 << 10;

    private final ClientSession session;
    private final Channel channel;
    private final PacketFramer framer;
    private final CommandDispatcher dispatcher;
    private final ReadTimeout timeout;
    private @Nullable ServerRun fileFor;

    /** The sequence id that the answer to the client's last command begins with. */
    private int answersFrom = 1;

    /** Bytes of the command that runs. */
    private int running;

    /** Bytes of a file that are on their way to the server. */
    private int leaving;

    /** What it has taken of the memory that all clients share. */
    private int counted;

    private boolean processing;

    /** @param framer with what the client has sent after its login */
    ClientInput(ClientSession session, Channel channel, PacketFramer framer) {
        this.session = session;
        this.channel = channel;
        this.framer = framer;
        this.dispatcher = new CommandDispatcher(session);
        this.timeout = new ReadTimeout(
                session.services().loop(), session.services().settings().readTimeout(), this::stopped);
        framer.limit(session.services().settings().maxPacket().bytes());
    }

    /** Takes what has been read. */
    void received(ByteBuf bytes) {
        if (session.isClosed()) {
            bytes.release();
            return;
        }
        framer.add(bytes);
        int more = size() - counted;
        MemoryBudget all = session.services().memory().input();
        // What is read ahead is little, and no reason to end what runs.
        boolean isAhead = session.current() != null && fileFor == null;
        if (!isAhead && more > 0 && !all.hasRoom(more)) {
            session.services().metrics().error("out_of_memory");
            session.refuseAndClose(
                    fileFor == null ? RouterErrors.outOfMemory(all, more) : RouterErrors.outOfMemoryInFile(all, more));
            return;
        }
        count();
        process();
    }

    private void stopped() {
        session.services().metrics().error("read_timeout");
        session.refuseAndClose(RouterErrors.readTimeout(
                framer.buffered(), session.services().settings().readTimeout()));
    }

    private int size() {
        return Math.max(0, framer.buffered() + running + leaving - LITTLE);
    }

    private void count() {
        if (session.current() == null) {
            running = 0;
        }
        int size = size();
        if (size != counted) {
            session.services().memory().input().add(size - counted);
            counted = size;
        }
    }

    /** Goes on with what is there, unless something runs. */
    void process() {
        if (processing) {
            return;
        }
        count();
        if (session.isClosed()) {
            return;
        }
        processing = true;
        try {
            ByteBuf message;
            while (!session.isClosed() && (message = next()) != null) {
                session.active();
                ServerRun wantsFile = fileFor;
                if (wantsFile != null) {
                    passOnFile(wantsFile, message);
                } else {
                    dispatch(message);
                }
                count();
            }
        } catch (MalformedPacketException e) {
            session.services().metrics().error("malformed");
            session.refuseAndClose(RouterErrors.malformed(e.getMessage()));
        } finally {
            processing = false;
        }
        if (!session.isClosed()) {
            session.endIfDraining();
            readAsNeeded();
            timeout.read(takesCommands() && !isEmpty());
        }
    }

    private void dispatch(ByteBuf message) {
        int size = message.readableBytes();
        answersFrom = PacketFramer.answerSequence(message);
        // Long data is counted where it is kept.
        count();
        dispatcher.dispatch(message);
        running = size;
    }

    private @Nullable ByteBuf next() {
        ServerRun wantsFile = fileFor;
        if (wantsFile != null) {
            return wantsFile.canTakeFile() ? framer.next() : null;
        }
        return takesCommands() ? framer.next() : null;
    }

    /** Not while answers wait for a client that does not read: it could ask for more than there is memory for. */
    private boolean takesCommands() {
        return session.current() == null && !dispatcher.isComputing() && channel.isWritable();
    }

    /** The client is read while commands are taken, and a little ahead otherwise: that also shows when it goes away. */
    private void readAsNeeded() {
        ServerRun wantsFile = fileFor;
        boolean wanted =
                wantsFile != null ? wantsFile.canTakeFile() : takesCommands() || framer.buffered() < READ_AHEAD;
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    /** What the client sends next is the file that the run's server wants. */
    void fileWanted(ServerRun run) {
        fileFor = run;
        process();
    }

    /** Whether what the client sends next still belongs to a file. */
    boolean isInFile() {
        return fileFor != null;
    }

    private void passOnFile(ServerRun run, ByteBuf packet) {
        boolean last = packet.readableBytes() == Packets.HEADER;
        if (last) {
            fileFor = null;
        }
        int size = packet.readableBytes();
        leaving += size;
        run.sendFile(packet, last, () -> {
            leaving -= size;
            count();
        });
    }

    void serverWritable(boolean writable) {
        if (fileFor != null && writable) {
            process();
        } else if (fileFor != null) {
            readAsNeeded();
        }
    }

    /** The sequence id that the answer to the last command begins with. */
    int answersFrom() {
        return answersFrom;
    }

    /** Whether nothing waits here. */
    boolean isEmpty() {
        return framer.buffered() == 0;
    }

    void close() {
        timeout.stop();
        framer.close();
        count();
    }
}
