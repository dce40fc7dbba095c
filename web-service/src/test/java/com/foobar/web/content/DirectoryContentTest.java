package com.foobar.web.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryContentTest {
    private static final int LIMIT = 1000;

    @TempDir
    private Path temp;

    private Path root;
    private DirectoryContent content;

    @BeforeEach
    void openSite() throws IOException {
        root = Files.createDirectory(temp.resolve("site"));
        content = open(root, Duration.ofHours(1));
    }

    @AfterEach
    void closeSite() {
        content.close();
    }

    @Test
    void keepsSmallFilesInMemory() throws Exception {
        write("css/a.css", "a {}");
        assertThat(content.inMemory("css/a.css")).isNull();
        assertThat(text(find("css/a.css"))).isEqualTo("a {}");
        assertThat(content.inMemory("css/a.css")).isNotNull();
        assertThat(content.filesInMemory()).isEqualTo(1);
        assertThat(content.bytesInMemory()).isPositive();
    }

    @Test
    void sendsBigFilesFromDisk() throws Exception {
        write("big.bin", "x".repeat(LIMIT + 1));
        SiteFile file = find("big.bin");
        assertThat(file).isInstanceOf(SiteFile.OnDisk.class);
        SiteFile.OnDisk onDisk = (SiteFile.OnDisk) file;
        assertThat(onDisk.plain().length()).isEqualTo(LIMIT + 1);
        assertThat(onDisk.channel().read(ByteBuffer.allocate(10))).isEqualTo(10);
        onDisk.close();
        assertThat(onDisk.channel().isOpen()).isFalse();
        assertThat(content.inMemory("big.bin")).isNull();
    }

    @Test
    void findsNoFoldersLinksOutOrMissingFiles() throws Exception {
        write("css/a.css", "a {}");
        Path secret = Files.writeString(temp.resolve("secret.txt"), "secret");
        Path outside = Files.createDirectory(temp.resolve("site-outside"));
        Files.writeString(outside.resolve("b.txt"), "b");
        Files.createSymbolicLink(root.resolve("link.txt"), secret);
        Files.createSymbolicLink(root.resolve("relative.txt"), Path.of("../secret.txt"));
        Files.createSymbolicLink(root.resolve("folder"), outside);
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("nowhere"));
        Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
        for (String name : new String[] {
            "css",
            "missing.txt",
            "css/a.css/below",
            "missing/below",
            "link.txt",
            "relative.txt",
            "folder/b.txt",
            "dangling",
            "loop",
            "loop/x"
        }) {
            assertThat(find(name)).as(name).isNull();
        }
    }

    @Test
    void followsLinksThatEndBelowTheRoot() throws Exception {
        write("real.txt", "real");
        Files.createSymbolicLink(root.resolve("link.txt"), Path.of("real.txt"));
        assertThat(text(find("link.txt"))).isEqualTo("real");
    }

    @Test
    void followsARootThatIsPointedElsewhere() throws Exception {
        Path first = Files.createDirectory(temp.resolve("release-1"));
        Path second = Files.createDirectory(temp.resolve("release-2"));
        Files.writeString(first.resolve("a.txt"), "one");
        Files.writeString(second.resolve("a.txt"), "two");
        Path current = Files.createSymbolicLink(temp.resolve("current"), first);
        try (DirectoryContent released = open(current, Duration.ZERO)) {
            assertThat(text(get(released, "a.txt"))).isEqualTo("one");
            Files.delete(current);
            Files.createSymbolicLink(current, second);
            assertThat(text(get(released, "a.txt"))).isEqualTo("two");
        }
    }

    @Test
    void servesAChangedFileFresh() throws Exception {
        try (DirectoryContent fresh = open(root, Duration.ZERO)) {
            write("a.txt", "one");
            SiteFile before = get(fresh, "a.txt");
            write("a.txt", "two");
            SiteFile after = get(fresh, "a.txt");
            assertThat(text(before)).isEqualTo("one");
            assertThat(text(after)).isEqualTo("two");
            assertThat(after.plain().tag()).isNotEqualTo(before.plain().tag());
        }
    }

    @Test
    void noticesAChangeThatSizeAndTimeHide() throws Exception {
        try (DirectoryContent fresh = open(root, Duration.ZERO)) {
            FileTime justNow = FileTime.from(Instant.now());
            Files.setLastModifiedTime(write("a.txt", "one"), justNow);
            assertThat(text(get(fresh, "a.txt"))).isEqualTo("one");
            Files.setLastModifiedTime(write("a.txt", "two"), justNow);
            assertThat(text(get(fresh, "a.txt"))).isEqualTo("two");
        }
    }

    @Test
    void looksAgainWhenTheTimeIsUp() throws Exception {
        try (DirectoryContent lazy = open(root, Duration.ofSeconds(2))) {
            write("a.txt", "one");
            get(lazy, "a.txt");
            assertThat(lazy.inMemory("a.txt")).isNotNull();
            write("a.txt", "two");
            await().atMost(30, TimeUnit.SECONDS).until(() -> lazy.inMemory("a.txt") == null);
            assertThat(text(get(lazy, "a.txt"))).isEqualTo("two");
        }
    }

    @Test
    void doesNotReadAgainWhatHasNotChanged() throws Exception {
        try (DirectoryContent fresh = open(root, Duration.ZERO)) {
            Files.setLastModifiedTime(
                    write("a.txt", "one"), FileTime.from(Instant.now().minusSeconds(60)));
            assertThat(get(fresh, "a.txt")).isSameAs(get(fresh, "a.txt"));
        }
    }

    @Test
    void forgetsAFileThatIsGone() throws Exception {
        try (DirectoryContent fresh = open(root, Duration.ZERO)) {
            Path file = write("a.txt", "one");
            get(fresh, "a.txt");
            Files.delete(file);
            assertThat(get(fresh, "a.txt")).isNull();
            assertThat(fresh.filesInMemory()).isZero();
        }
    }

    @Test
    void tagsBigFilesStronglyOnceTheyHaveSettled() throws Exception {
        Path big = write("big.bin", "x".repeat(LIMIT + 1));
        assertThat(tagOf("big.bin").startsWith("W/")).as("changed just now").isTrue();

        Files.setLastModifiedTime(big, FileTime.from(Instant.now().minusSeconds(10)));
        String settled = tagOf("big.bin");
        assertThat(settled).startsWith("\"").isEqualTo(tagOf("big.bin"));

        Path other = write("other.bin", "y".repeat(LIMIT + 1));
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(big));
        Files.move(other, big, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(tagOf("big.bin"))
                .as("replaced by one of the same size and time")
                .isNotEqualTo(settled);
    }

    @Test
    void failsWhereTheRootIsGone() throws IOException {
        Files.delete(root);
        assertThatThrownBy(() -> find("a.txt"))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    private String tagOf(String name) throws Exception {
        SiteFile.OnDisk file = (SiteFile.OnDisk) find(name);
        file.close();
        return file.plain().tag().header();
    }

    private @Nullable SiteFile find(String name) throws Exception {
        return get(content, name);
    }

    private static @Nullable SiteFile get(DirectoryContent content, String name) throws Exception {
        return content.find(name).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static String text(@Nullable SiteFile file) {
        assertThat(file).isInstanceOf(SiteFile.InMemory.class);
        return new String(ByteBufUtil.getBytes(((SiteFile.InMemory) file).bytes(file.plain())), UTF_8);
    }

    private static DirectoryContent open(Path root, Duration recheck) {
        return new DirectoryContent(root, LIMIT, 1 << 20, recheck, Clock.systemUTC());
    }

    private Path write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
