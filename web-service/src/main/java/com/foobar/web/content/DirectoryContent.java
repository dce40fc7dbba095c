package com.foobar.web.content;

import com.foobar.web.conditional.ByteRange;
import com.foobar.web.content.SiteFile.Representation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The site in a directory. Small files are kept in memory and looked at again after a while; big ones are opened for each
 * request. A symbolic link is followed where it ends below the root; the root may be a link itself, and may be pointed
 * somewhere else while the service runs.
 *
 * <p>All file system calls are made on a few threads of its own, because any of them can take long (a sleeping disk, a
 * network file system), and an event loop must not wait.
 */
final class DirectoryContent implements ContentRoot {
    private static final int THREADS = 4;
    private static final int WAITING = 1024;
    /** How often a file is read again that changes while it is being read. */
    private static final int ATTEMPTS = 3;
    /** How much earlier than a file its coded forms may have been written when a site is copied to its place. */
    private static final Duration COPYING = Duration.ofSeconds(10);

    private final Path root;
    private final long memoryFileLimit;
    private final long recheckNanos;
    private final FileCache cache;
    private final Clock clock;
    private final ThreadPoolExecutor threads;

    /**
     * @param memoryFileLimit bytes; bigger files stay on disk
     * @param cacheSize       bytes of all files in memory
     * @param recheck         how long a file in memory is served without a look at the disk
     */
    DirectoryContent(Path root, long memoryFileLimit, long cacheSize, Duration recheck, Clock clock) {
        this.root = root;
        this.memoryFileLimit = memoryFileLimit;
        this.recheckNanos = recheck.toNanos();
        this.cache = new FileCache(cacheSize);
        this.clock = clock;
        AtomicInteger count = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "web-content-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        this.threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public SiteFile.@Nullable InMemory inMemory(String name) {
        FileCache.Entry entry = cache.get(name);
        return entry != null && entry.mayServe(System.nanoTime(), recheckNanos) ? entry.file : null;
    }

    @Override
    public CompletionStage<@Nullable SiteFile> find(String name) {
        return later(name, () -> read(name));
    }

    private interface Reading<T extends @Nullable Object> {
        T read() throws IOException;
    }

    private <T extends @Nullable Object> CompletableFuture<T> later(String name, Reading<T> reading) {
        CompletableFuture<T> found = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                try {
                    found.complete(reading.read());
                } catch (IOException e) {
                    found.completeExceptionally(e);
                } catch (RuntimeException | OutOfMemoryError e) {
                    // Memory outside the heap can run out without ending the process: the request must not wait for
                    // ever.
                    found.completeExceptionally(new IOException("reading " + name + " failed: " + e, e));
                }
            });
        } catch (RejectedExecutionException e) {
            found.completeExceptionally(e);
        }
        return found;
    }

    @Override
    public CompletionStage<List<ByteBuf>> read(SiteFile.OnDisk file, List<ByteRange> parts) {
        return later(file.name(), () -> parts(file, parts)).whenComplete((read, failure) -> file.close());
    }

    private static List<ByteBuf> parts(SiteFile.OnDisk file, List<ByteRange> parts) throws IOException {
        List<ByteBuf> read = new ArrayList<>();
        for (ByteRange part : parts) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(part.length()));
            while (bytes.hasRemaining()) {
                if (file.channel().read(bytes, part.first() + bytes.position()) < 0) {
                    throw new IOException(file.name() + " became shorter while it was read");
                }
            }
            read.add(Unpooled.wrappedBuffer(bytes.flip()));
        }
        return read;
    }

    private @Nullable SiteFile read(String name) throws IOException {
        SiteFile file = null;
        Path path = locate(name);
        if (path != null) {
            try {
                file = open(name, path);
            } catch (NoSuchFileException e) {
                // It went away between the two looks.
                file = null;
            }
        }
        if (file == null) {
            cache.remove(name);
        }
        return file;
    }

    /** The real path of a regular file below the root, or null. */
    private @Nullable Path locate(String name) throws IOException {
        Path realRoot = root.toRealPath();
        try {
            Path path = realRoot.resolve(name).toRealPath();
            return path.startsWith(realRoot) && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? path : null;
        } catch (NoSuchFileException | NotDirectoryException | FileSystemLoopException | InvalidPathException e) {
            return null;
        } catch (java.nio.file.FileSystemException e) {
            // The JDK has no types of their own for ENOTDIR below a file and for ELOOP.
            String reason = String.valueOf(e.getReason());
            if (reason.contains("Not a directory") || reason.contains("Too many levels of symbolic links")) {
                return null;
            }
            throw e;
        }
    }

    private SiteFile open(String name, Path path) throws IOException {
        for (int attempt = 1; ; attempt++) {
            FileVersion before = FileVersion.of(path);
            List<Coded> coded = before.size() <= memoryFileLimit ? codedForms(name, before) : List.of();
            FileCache.Entry known = cache.get(name);
            if (known != null && known.settled && known.version.equals(before) && known.coded.equals(coded)) {
                known.checked(System.nanoTime());
                return known.file;
            }
            SiteFile file =
                    before.size() <= memoryFileLimit ? load(name, path, before, coded) : onDisk(name, path, before);
            if (file != null) {
                return file;
            }
            if (attempt == ATTEMPTS) {
                throw new IOException(path + " changed each of " + ATTEMPTS + " times it was being read");
            }
        }
    }

    /** Null if the file was not the same before and after. */
    private SiteFile.@Nullable InMemory load(String name, Path path, FileVersion before, List<Coded> coded)
            throws IOException {
        byte[] bytes = readWhole(path, before);
        if (bytes == null) {
            return null;
        }
        boolean settled = before.isSettled(clock.instant());
        Map<String, byte[]> forms = new HashMap<>();
        for (Coded form : coded) {
            byte[] packed = readWhole(form.path(), form.version());
            if (packed == null) {
                return null;
            }
            settled &= form.version().isSettled(clock.instant());
            forms.put(form.coding(), packed);
        }
        SiteFile.InMemory file = InMemoryFiles.of(name, bytes, before.modified(), forms);
        cache.put(new FileCache.Entry(file, before, coded, settled, System.nanoTime()));
        return file;
    }

    /** Null if the file was not the same before and after. */
    private static byte @Nullable [] readWhole(Path path, FileVersion before) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
            bytes = in.readNBytes(Math.toIntExact(before.size() + 1));
        }
        return bytes.length == before.size() && FileVersion.of(path).equals(before) ? bytes : null;
    }

    /**
     * A coded form that lies beside a file.
     *
     * @param path real, below the root
     */
    record Coded(String coding, Path path, FileVersion version) {}

    /** Those that a build put beside the file. One that is clearly older is of another version of it: somebody changed the file alone. */
    private List<Coded> codedForms(String name, FileVersion plain) throws IOException {
        if (!MediaTypes.of(name).text()) {
            return List.of();
        }
        List<Coded> forms = new ArrayList<>();
        for (Map.Entry<String, String> each : Codings.BY_SUFFIX.entrySet()) {
            Path path = locate(name + each.getKey());
            FileVersion version = path == null ? null : FileVersion.of(path);
            if (path != null
                    && version != null
                    && version.size() <= memoryFileLimit
                    && !version.modified().plus(COPYING).isBefore(plain.modified())) {
                forms.add(new Coded(each.getValue(), path, version));
            }
        }
        forms.sort(Comparator.comparing(Coded::coding));
        return forms;
    }

    /** Null if the file was not the same before and after. */
    private SiteFile.@Nullable OnDisk onDisk(String name, Path path, FileVersion before) throws IOException {
        cache.remove(name);
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            if (!FileVersion.of(path).equals(before)) {
                channel.close();
                return null;
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        Representation plain = new Representation(null, before.tag(clock.instant()), before.size());
        return new SiteFile.OnDisk(name, MediaTypes.of(name), before.modified(), plain, channel);
    }

    @Override
    public String description() {
        return root.toString();
    }

    @Override
    public long bytesInMemory() {
        return cache.bytes();
    }

    @Override
    public int filesInMemory() {
        return cache.files();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
