package com.foobar.deploy.browser;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The rules of axe-core, run in a page as it stands. */
final class AxeRules {
    private static final String SCRIPT = script();

    private AxeRules() {}

    /** What a page does that a rule of serious or critical impact forbids: the rule, and where. */
    @SuppressWarnings("unchecked")
    static List<String> serious(Page page) {
        if (!(Boolean) page.evaluate("'axe' in window")) {
            page.evaluate(SCRIPT);
        }
        return (List<String>) page.evaluate("""
                axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
                  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
                  .flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) =>
                    `${id} (${help}): ${target.join(' ')} ${failureSummary}`)))
                """);
    }

    private static String script() {
        try (InputStream in = Objects.requireNonNull(AxeRules.class.getResourceAsStream("/axe.min.js"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
