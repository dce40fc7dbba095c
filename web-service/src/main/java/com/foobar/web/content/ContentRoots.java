package com.foobar.web.content;

import com.foobar.http.exchange.ErrorPages;
import com.foobar.kit.StartFailure;
import com.foobar.web.config.ContentSettings;
import com.foobar.web.security.SecurityFields;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens the content root that the settings name. */
public final class ContentRoots {
    private ContentRoots() {}

    /**
     * The site's own page for failures of ours and of the application tier, {@code 50x.html} of the directory; read once. Blocks.
     *
     * @return null if there is none
     * @throws StartFailure if it cannot be read
     */
    public static @Nullable ErrorPages errorPages(ContentSettings settings) {
        Path directory = settings.directory();
        Path page = directory == null ? null : directory.resolve("50x.html");
        if (page == null || !Files.exists(page)) {
            return null;
        }
        try {
            return ErrorPages.read(
                    Map.of(500, page, 502, page, 503, page, 504, page),
                    SecurityFields.site(settings.contentSecurityPolicy()));
        } catch (UncheckedIOException e) {
            throw new StartFailure("content.directory: " + e.getMessage() + "; let the service's user read it", e);
        }
    }

    /**
     * Blocks while the site is read.
     *
     * @throws StartFailure if there is no directory of that name, or no index.html in it that can be read
     */
    public static ContentRoot open(ContentSettings settings, Clock clock) {
        Path directory = settings.directory();
        if (directory == null) {
            try {
                return BuiltInContent.load(clock.instant());
            } catch (IOException e) {
                throw new StartFailure(
                        "the built-in site cannot be read: " + e.getMessage() + "; set content.directory to a site", e);
            }
        }
        Path absolute = directory.toAbsolutePath().normalize();
        if (!Files.isDirectory(absolute)) {
            throw new StartFailure("content.directory: " + absolute
                    + (Files.exists(absolute) ? " is no directory" : " does not exist")
                    + "; name the directory that holds index.html");
        }
        if (!Files.isReadable(absolute.resolve("index.html"))) {
            throw new StartFailure("content.directory: " + absolute.resolve("index.html")
                    + (Files.exists(absolute.resolve("index.html")) ? " is not readable" : " does not exist")
                    + "; it must be readable by the user that runs this, as every page begins with it");
        }
        return new DirectoryContent(
                absolute, settings.memoryFileLimit().bytes(), settings.memory().bytes(), settings.recheck(), clock);
    }
}
