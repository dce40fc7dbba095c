package com.foobar.lb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rule of docs/lb-service.md by which Prometheus gives our metrics HAProxy's names, applied as Prometheus does: the regex is anchored at both ends. */
final class RelabelRule {
    private static final Pattern SAMPLE = Pattern.compile("""
            ```yaml
            (metric_relabel_configs:
              - \\{source_labels: \\[__name__], regex: '(.*)', target_label: __name__, replacement: '(.*)'}
            )```""");

    private final String yaml;
    private final Pattern regex;
    private final String replacement;

    private RelabelRule(String yaml, String regex, String replacement) {
        this.yaml = yaml;
        this.regex = Pattern.compile(regex);
        this.replacement = replacement;
    }

    static RelabelRule documented() throws IOException {
        Matcher sample = SAMPLE.matcher(manual());
        if (!sample.find()) {
            throw new IllegalStateException("docs/lb-service.md has no metric_relabel_configs of one rule for names");
        }
        return new RelabelRule(sample.group(1), sample.group(2), sample.group(3));
    }

    static String manual() throws IOException {
        return Files.readString(Path.of("../docs/lb-service.md"));
    }

    /** As it stands in the manual. */
    String yaml() {
        return yaml;
    }

    String apply(String name) {
        Matcher matcher = regex.matcher(name);
        return matcher.matches() ? matcher.replaceAll(replacement) : name;
    }
}
