package com.foobar.lb.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.foobar.kit.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/lb-service.md} can be used as they are. */
class DocumentedSettingsTest {
    private static final Pattern YAML = Pattern.compile("(?ms)^```yaml\\n(.*?)^```");

    @Test
    void everyExampleIsGood() throws IOException {
        String page = Files.readString(Path.of("../docs/lb-service.md"));
        List<String> examples = YAML.matcher(page)
                .results()
                .map(example -> example.group(1))
                .filter(example -> !example.startsWith("metric_relabel_configs"))
                .toList();

        assertThat(examples).hasSizeGreaterThan(8).allSatisfy(example -> assertThatCode(() -> read(example))
                .as(example)
                .doesNotThrowAnyException());
    }

    private static LbSettings read(String yaml) {
        return SettingsReader.read(LbSettings.class, yaml, Map.of("STICKY_SECRET", "sixteen characters"));
    }
}
