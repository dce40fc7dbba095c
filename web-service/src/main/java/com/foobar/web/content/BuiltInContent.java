package com.foobar.web.content;

import com.foobar.web.conditional.ByteRange;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The site that is part of the jar: read into memory once, and never changing while the process lives. */
final class BuiltInContent implements ContentRoot {
    private static final String FOLDER = "site/";

    private final Map<String, SiteFile.InMemory> files;
    private final long bytes;

    private BuiltInContent(Map<String, SiteFile.InMemory> files) {
        this.files = Map.copyOf(files);
        this.bytes =
                files.values().stream().mapToLong(SiteFile.InMemory::weight).sum();
    }

    /**
     * Reads the site from the class path. Blocks.
     *
     * @param loadedAt becomes Last-Modified. The dates inside the jar are the same in every build (builds are
     *     reproducible), so that by them a new version would pass for the old one
     * @throws IOException if there is no site, or it cannot be read
     */
    static BuiltInContent load(Instant loadedAt) throws IOException {
        URL index = BuiltInContent.class.getResource("/" + FOLDER + "index.html");
        if (index == null) {
            throw new IOException("this build holds no site (" + FOLDER + "index.html is not on the class path)");
        }
        Instant lastModified = loadedAt.truncatedTo(ChronoUnit.SECONDS);
        Map<String, byte[]> files = new HashMap<>();
        URLConnection connection = index.openConnection();
        if (connection instanceof JarURLConnection jar) {
            readJar(jar.getJarFile(), files);
        } else {
            readFolder(folderOf(index), files);
        }
        Map<String, SiteFile.InMemory> loaded = new HashMap<>();
        files.forEach((name, bytes) -> {
            if (!isCodedForm(files, name)) {
                loaded.put(name, InMemoryFiles.of(name, bytes, lastModified, coded(files, name)));
            }
        });
        return new BuiltInContent(loaded);
    }

    private static boolean isCodedForm(Map<String, byte[]> files, String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0
                && Codings.BY_SUFFIX.containsKey(name.substring(dot))
                && files.containsKey(name.substring(0, dot));
    }

    private static Map<String, byte[]> coded(Map<String, byte[]> files, String name) {
        Map<String, byte[]> coded = new HashMap<>();
        Codings.BY_SUFFIX.forEach((suffix, coding) -> {
            byte[] bytes = files.get(name + suffix);
            if (bytes != null) {
                coded.put(coding, bytes);
            }
        });
        return coded;
    }

    private static void readJar(JarFile jar, Map<String, byte[]> files) throws IOException {
        List<JarEntry> entries = new ArrayList<>();
        jar.stream()
                .filter(e -> e.getName().startsWith(FOLDER) && !e.isDirectory())
                .forEach(entries::add);
        for (JarEntry entry : entries) {
            try (InputStream in = jar.getInputStream(entry)) {
                String name = entry.getName().substring(FOLDER.length());
                files.put(name, in.readAllBytes());
            }
        }
    }

    private static Path folderOf(URL index) throws IOException {
        try {
            return Path.of(new URI(index.toString())).resolveSibling(".").normalize();
        } catch (URISyntaxException e) {
            throw new IOException("the class path has an unreadable entry: " + index, e);
        }
    }

    private static void readFolder(Path folder, Map<String, byte[]> files) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.filter(Files::isRegularFile).toList();
        }
        for (Path path : paths) {
            String name = folder.relativize(path).toString().replace('\\', '/');
            files.put(name, Files.readAllBytes(path));
        }
    }

    @Override
    public SiteFile.@Nullable InMemory inMemory(String name) {
        return files.get(name);
    }

    @Override
    public CompletionStage<@Nullable SiteFile> find(String name) {
        return CompletableFuture.completedFuture(files.get(name));
    }

    @Override
    public CompletionStage<List<ByteBuf>> read(SiteFile.OnDisk file, List<ByteRange> parts) {
        throw new UnsupportedOperationException("all files are in memory");
    }

    @Override
    public String description() {
        return "built-in site";
    }

    @Override
    public long bytesInMemory() {
        return bytes;
    }

    @Override
    public int filesInMemory() {
        return files.size();
    }

    @Override
    public void close() {
        // Nothing is held but memory.
    }
}
