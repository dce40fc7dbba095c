package com.foobar.kit.settings;

import com.foobar.kit.settings.EnvironmentText.UnsetVariable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads settings: YAML text and the environment in, a record out, or the problems at once. */
public final class SettingsReader {
    private static final LoadSettings YAML = LoadSettings.builder()
            .setAllowDuplicateKeys(true) // the binder reports them, with their path
            .setMaxAliasesForCollections(50)
            .setCodePointLimit(1 << 20)
            .build();

    private SettingsReader() {}

    /**
     * Reads a record from YAML. An empty text gives the defaults.
     *
     * @param type a record whose components are values, records, lists or maps of them
     * @throws SettingsException with all problems found
     */
    public static <T extends Record> T read(Class<T> type, String yaml, Map<String, String> environment) {
        RecordBinder binder = new RecordBinder(new EnvironmentText(environment));
        Optional<Node> root;
        try {
            root = new Compose(YAML).composeString(yaml);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            throw new SettingsException(List.of(new SettingsProblem("", "not YAML: " + e.getProblem(), null, line)));
        } catch (YamlEngineException e) {
            // Control characters, a binary file, more than a mebibyte.
            throw new SettingsException(List.of(new SettingsProblem("", "not YAML: " + e.getMessage(), null, 0)));
        }
        Object value = binder.bindRecord(type, root.orElse(null), "", false);
        if (!binder.problems().isEmpty()) {
            throw new SettingsException(binder.problems());
        }
        return type.cast(value);
    }

    /** The record that an empty file gives in an empty environment. */
    public static <T extends Record> T defaults(Class<T> type) {
        return read(type, "", Map.of());
    }

    /** Parses the YAML of a {@link Default}. */
    static Node parseDefault(String yaml) {
        return new Compose(YAML)
                .composeString(yaml)
                .orElseThrow(() -> new IllegalStateException("@Default(\"" + yaml + "\") is no YAML value"));
    }

    static String unset(UnsetVariable unset) {
        return "${" + unset.getMessage() + "} is not set in the environment";
    }
}
