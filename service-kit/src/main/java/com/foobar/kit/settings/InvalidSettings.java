package com.foobar.kit.settings;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Thrown by the constructor of a settings record whose members do not fit together in one or more ways. All of them are reported,
 * each by its own path.
 */
public final class InvalidSettings extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final transient List<SettingsProblem> problems;

    /** @param problems one at least, with paths that begin at the record */
    public InvalidSettings(List<SettingsProblem> problems) {
        super(problems.stream().map(SettingsProblem::toString).collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    public List<SettingsProblem> problems() {
        return problems;
    }
}
