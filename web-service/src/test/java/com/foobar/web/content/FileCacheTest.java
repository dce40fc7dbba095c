package com.foobar.web.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.web.content.FileCache.Entry;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FileCacheTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void staysWithinItsBytes() {
        Entry one = entry("one", 1000);
        FileCache cache = new FileCache(3 * one.file.weight());
        for (int i = 0; i < 100; i++) {
            cache.put(entry("file" + i, 1000));
            assertThat(cache.bytes()).isLessThanOrEqualTo(3 * one.file.weight());
        }
        assertThat(cache.files()).isLessThanOrEqualTo(3).isPositive();
    }

    @Test
    void evictsWhatWasNotUsed() {
        Entry a = entry("a", 1000);
        FileCache cache = new FileCache(3 * a.file.weight());
        cache.put(a);
        cache.put(entry("b", 1000));
        cache.put(entry("c", 1000));
        assertThat(cache.get("a")).isNotNull();
        assertThat(cache.get("c")).isNotNull();

        cache.put(entry("d", 1000));

        assertThat(cache.get("b")).isNull();
        assertThat(cache.get("a")).isNotNull();
        assertThat(cache.get("c")).isNotNull();
        assertThat(cache.get("d")).isNotNull();
    }

    @Test
    void evictsTheOldestWhereAllWereUsed() {
        Entry a = entry("a", 1000);
        FileCache cache = new FileCache(2 * a.file.weight());
        cache.put(a);
        cache.put(entry("b", 1000));
        cache.get("a");
        cache.get("b");

        cache.put(entry("c", 1000));

        assertThat(cache.get("a")).isNull();
        assertThat(cache.files()).isEqualTo(2);
    }

    @Test
    void replacesAndForgetsWithoutLosingCount() {
        FileCache cache = new FileCache(1 << 20);
        cache.put(entry("a", 1000));
        long one = cache.bytes();
        cache.put(entry("a", 1000));
        assertThat(cache.bytes()).isEqualTo(one);
        cache.remove("a");
        cache.remove("a");
        assertThat(cache.bytes()).isZero();
        assertThat(cache.files()).isZero();
    }

    @Test
    void keepsNothingThatIsBiggerThanItself() {
        FileCache cache = new FileCache(1000);
        cache.put(entry("a", 1000));
        assertThat(cache.get("a")).isNull();
        assertThat(cache.bytes()).isZero();
    }

    @Test
    void hasOneReaderLookAtTheDiskWhenTheTimeIsUp() {
        Entry entry = entry("a", 10);
        assertThat(entry.mayServe(SECOND - 1, SECOND)).isTrue();
        assertThat(entry.mayServe(SECOND, SECOND)).as("the first has to look").isFalse();
        assertThat(entry.mayServe(SECOND, SECOND)).as("the others are served").isTrue();
        assertThat(entry.mayServe(2 * SECOND, SECOND)).as("but not for ever").isFalse();

        entry.checked(2 * SECOND);

        assertThat(entry.mayServe(3 * SECOND - 1, SECOND)).isTrue();
        assertThat(entry.mayServe(3 * SECOND, SECOND)).isFalse();
    }

    @Test
    void hasEveryReaderLookWhereNoAgeIsAllowed() {
        Entry entry = entry("a", 10);
        assertThat(entry.mayServe(0, 0)).isFalse();
        assertThat(entry.mayServe(0, 0)).isFalse();
    }

    private static Entry entry(String name, int size) {
        SiteFile.InMemory file = InMemoryFiles.of(name, new byte[size], Instant.EPOCH);
        return new Entry(file, new FileVersion(size, Instant.EPOCH, null), List.of(), true, 0);
    }
}
