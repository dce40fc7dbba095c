package com.foobar.web.config;

import com.foobar.kit.settings.ByteSize;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the site's files come from and how they are kept and cached.
 *
 * @param directory       null for the site that is built into the jar
 * @param views           beginnings of addresses that the site's script answers, whatever follows, dots and encoded slashes
 *     included; other addresses do when no file is there and their last segment has no extension
 * @param memoryFileLimit files up to this size are kept in memory, with their coded forms; bigger ones are sent from disk
 * @param memory          bytes for all files in memory. The built-in site is always in memory, whatever its size
 * @param recheck         how long a file in memory is served without a look at the disk: so old can an answer be
 * @param assetMaxAge     max-age of what is neither HTML nor named by a hash of its content
 * @param contentSecurityPolicy sent with every file
 */
public record ContentSettings(
        @Description("directory that holds index.html; without it the built-in site is served") @Nullable
        Path directory,

        @Default("[/article/, /editor/, /profile/, /tag/]")
        @Description("beginnings of addresses that the site's script answers, whatever follows")
        List<String> views,

        @Default("256KiB") @Range(min = "0B", max = "16MiB") @Description("files up to this size are kept in memory")
        ByteSize memoryFileLimit,

        @Default("32MiB") @Range(min = "0B", max = "4GiB") @Description("memory for files of the directory")
        ByteSize memory,

        @Default("1s")
        @Range(min = "0s", max = "1h")
        @Description("time for which a file in memory is served without a look at the disk")
        Duration recheck,

        @Default("0s")
        @Range(min = "0s", max = "365d")
        @Description("time for which a browser may use an asset without asking; pages are always asked for")
        Duration assetMaxAge,

        @Default(
                "\"default-src 'self'; img-src 'self' data: https:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'\"")
        @Description("Content-Security-Policy of the site")
        String contentSecurityPolicy) {

    public ContentSettings {
        for (String view : views) {
            if (!view.startsWith("/") || !view.endsWith("/")) {
                throw new IllegalArgumentException("views: " + view + " (expected: a path from / to /, such as /tag/)");
            }
        }
        views = List.copyOf(views);
        if (contentSecurityPolicy.isBlank() || contentSecurityPolicy.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException(
                    "content-security-policy: blank or not of one line (expected: visible ASCII and spaces)");
        }
    }
}
