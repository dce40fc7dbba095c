package com.foobar.dbrouter;

import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIf;

/** The same of MariaDB 10.11, the oldest that the router is for. */
@EnabledIf(
        value = "isInstalled",
        disabledReason = "no mariadb of 10.11 is installed (/usr/bin/mariadb; Debian 12: mariadb-client)")
class InstalledMariaDbCommandLineIT extends MariaDbCommandLineIT {
    static boolean isInstalled() {
        return MariaDbShell.installedVersion().contains("10.11.");
    }

    @Override
    MariaDbShell client(Path directory) {
        return MariaDbShell.installed();
    }
}
