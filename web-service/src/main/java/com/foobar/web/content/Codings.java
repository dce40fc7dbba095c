package com.foobar.web.content;

import java.util.Map;

/** Forms of a file that a build puts beside it: {@code app.js.br} beside {@code app.js}. */
final class Codings {
    /** Content codings (RFC 7932, RFC 8878, RFC 1952) by the end of the name. */
    static final Map<String, String> BY_SUFFIX = Map.of(".br", "br", ".zst", "zstd", ".gz", "gzip");

    private Codings() {}
}
