package com.foobar.kit.settings;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The settings cannot be used; carries all problems that were found, not only the first. A record that breaks several rules of its constructor has
 * one problem, unless that collects them ({@link InvalidSettings}); records around one that could not be made have not been looked at as a whole.
 */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<SettingsProblem> problems;

    /** @param problems at least one */
    public SettingsException(List<SettingsProblem> problems) {
        super(problems.stream().map(SettingsProblem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** All of them, in the order of the settings. */
    public List<SettingsProblem> problems() {
        return problems;
    }
}
