package com.foobar.web.content;

import java.time.Duration;
import java.util.regex.Pattern;

/** What Cache-Control says of a file (RFC 9111 §5.2, RFC 8246). */
final class CachePolicy {
    /**
     * {@code app.3f2a9c1b.js}, {@code app-3f2a9c1b.js}: a build put a hash of the content into the name, at least eight hexadecimal digits,
     * letters and numbers, so that a date is not taken for one.
     */
    private static final Pattern HASHED_NAME =
            Pattern.compile(".*[.-](?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{8,64}\\.[A-Za-z0-9.]+");

    private static final String PAGE = "no-cache";
    private static final String IMMUTABLE = "public, max-age=31536000, immutable";

    private final String asset;

    /** @param assetMaxAge how long a copy of an asset may be used without asking; zero: each use asks first */
    CachePolicy(Duration assetMaxAge) {
        this.asset = "public, max-age=" + assetMaxAge.toSeconds() + ", must-revalidate";
    }

    String of(SiteFile file) {
        if (file.type().isHtml()) {
            return PAGE;
        }
        return HASHED_NAME.matcher(file.name()).matches() ? IMMUTABLE : asset;
    }
}
