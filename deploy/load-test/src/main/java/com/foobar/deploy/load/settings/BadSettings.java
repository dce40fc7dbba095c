package com.foobar.deploy.load.settings;

import java.util.List;

/** Settings that no run can begin with: all of what is wrong with them. Without a stack trace, as it goes to the user. */
public final class BadSettings extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadSettings(List<String> problems) {
        super("bad settings:\n  " + String.join("\n  ", problems), null, false, false);
    }
}
