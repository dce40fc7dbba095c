package com.foobar.app.http;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A file of the contract, or of the page that shows it: read from the jar once, and kept in memory. The page asks no other host
 * for anything; its script is Swagger UI.
 *
 * @param tag validator of the body
 */
record ContractPage(String contentType, Buffer body, String tag) {
    /**
     * What the page may do in a browser: use its own script, style sheet and contract, and try requests on this API. The images
     * are those inside Swagger UI's style sheet.
     */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** All of them, by path. */
    static Map<String, ContractPage> all() {
        Map<String, ContractPage> pages = new LinkedHashMap<>();
        pages.put("/api/openapi.yaml", of("openapi.yaml", "application/yaml; charset=utf-8"));
        pages.put("/api/docs", of("docs.html", "text/html; charset=utf-8"));
        pages.put("/api/docs/docs.js", of("docs.js", "text/javascript; charset=utf-8"));
        pages.put("/api/docs/swagger-ui-bundle.js", of("swagger-ui-bundle.js", "text/javascript; charset=utf-8"));
        pages.put("/api/docs/swagger-ui.css", of("swagger-ui.css", "text/css; charset=utf-8"));
        return pages;
    }

    private static ContractPage of(String file, String contentType) {
        try (InputStream in = ContractPage.class.getResourceAsStream("/api/" + file)) {
            Buffer body = Buffer.buffer(Objects.requireNonNull(in, file).readAllBytes());
            return new ContractPage(contentType, body, EntityTag.of(body));
        } catch (IOException e) {
            throw new UncheckedIOException("api/" + file, e);
        }
    }
}
