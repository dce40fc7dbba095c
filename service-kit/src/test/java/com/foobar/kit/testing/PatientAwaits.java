package com.foobar.kit.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Awaits what tests await for 30 s unless they say otherwise: an await is for correctness, and test machines may be slow. */
public final class PatientAwaits implements LauncherSessionListener {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(LIMIT);
    }
}
