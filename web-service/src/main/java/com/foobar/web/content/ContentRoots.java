package com.foobar.web.content;

import com.foobar.kit.StartFailure;
import com.foobar.web.config.ContentSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/** Opens the content root that the settings name. */
public final class ContentRoots {
    private ContentRoots() {}

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
