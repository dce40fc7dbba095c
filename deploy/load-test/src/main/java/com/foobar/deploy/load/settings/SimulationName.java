package com.foobar.deploy.load.settings;

import java.util.Locale;

/** The simulations there are. */
public enum SimulationName {
    /** A few visitors who do everything once. */
    SMOKE,
    /** Many visitors of all sorts, at a rate. */
    MIXED;

    /** As in settings. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
