package com.foobar.deploy.stack.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.deploy.stack.failure.StackFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path directory;

    @Test
    void isReadableByItsOwnerOnly() throws IOException {
        DataDirectory data = new DataDirectory(directory.resolve("a/b"));
        data.open(false);
        data.open(false);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.path())))
                .isEqualTo("rwx------");
    }

    @Test
    void neverTouchesADirectoryThatIsNotItsOwn() throws IOException {
        Files.writeString(directory.resolve("thesis.txt"), "years of work");
        DataDirectory data = new DataDirectory(directory);

        assertThatThrownBy(() -> data.open(false))
                .isInstanceOf(StackFailure.class)
                .hasMessageContaining("is not empty and was not made by deploy/up");

        assertThat(directory).isDirectoryContaining("glob:**thesis.txt");
        assertThat(directory.toFile().list()).hasSize(1);
    }

    @Test
    void refusesAFileAndAnUnknownLayout() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() -> new DataDirectory(file).open(false))
                .isInstanceOf(StackFailure.class)
                .hasMessageContaining("is a file");

        DataDirectory data = new DataDirectory(directory.resolve("data"));
        data.open(false);
        Files.writeString(data.path().resolve("layout"), "99\n");
        assertThatThrownBy(() -> data.open(false))
                .isInstanceOf(StackFailure.class)
                .hasMessageContaining("has layout 99 (expected: 1)")
                .hasMessageContaining("--fresh");
    }

    @Test
    void mendsALayoutThatAnInterruptedStartHasLeftEmptyAndStartsOverFromAnUnknownOne() throws IOException {
        DataDirectory data = new DataDirectory(directory.resolve("data"));
        data.open(false);
        Path layout = data.path().resolve("layout");
        Files.writeString(layout, "");
        data.open(false);
        assertThat(layout).hasContent("1");

        Files.writeString(layout, "99");
        data.open(true);
        assertThat(layout).hasContent("1");
    }

    @Test
    void startsOverWithoutWhatWasThere() throws IOException {
        DataDirectory data = new DataDirectory(directory.resolve("data"));
        data.open(false);
        String password = new Secrets(data).reveal("db-root");
        Files.createDirectories(data.database("db-1"));
        Files.writeString(data.database("db-1").resolve("ibdata1"), "x");

        data.clear();
        data.open(false);

        assertThat(data.databases()).doesNotExist();
        assertThat(new Secrets(data).reveal("db-root")).isNotEqualTo(password);
    }

    @Test
    void secretsAreRandomKeptAndPrivate() throws IOException {
        DataDirectory data = new DataDirectory(directory.resolve("data"));
        data.open(false);
        Secrets secrets = new Secrets(data);
        String first = secrets.reveal("db-root");

        assertThat(first).hasSize(43).isEqualTo(new Secrets(data).reveal("db-root"));
        assertThat(secrets.reveal("db-foobar_app")).isNotEqualTo(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets.file("db-root"))))
                .isEqualTo("rw-------");
    }

    @Test
    void secretIsTheSameForAllWhoAskForItAtOnce() {
        DataDirectory data = new DataDirectory(directory.resolve("data"));
        data.open(false);
        Secrets secrets = new Secrets(data);
        List<String> seen = IntStream.range(0, 32)
                .parallel()
                .mapToObj(i -> secrets.reveal("db-root"))
                .distinct()
                .toList();
        assertThat(seen).hasSize(1);
    }

    @Test
    void lockIsTakenOnceAndLeftBehindWithoutHarm() {
        DataDirectory data = new DataDirectory(directory.resolve("data"));
        data.open(false);
        DataDirectoryLock lock = DataDirectoryLock.acquire(data).orElseThrow();
        lock.close();
        assertThat(data.lockFile()).exists();
        DataDirectoryLock.acquire(data).orElseThrow().close();
    }
}
