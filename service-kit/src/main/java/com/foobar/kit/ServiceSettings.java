package com.foobar.kit;

/** What the settings of every service have in common; each service's root record implements it. */
public interface ServiceSettings {
    /** Name of this instance among its like, for logs and metrics: {@code lb-1}. */
    String instance();

    /** The port for operators. */
    ManagementSettings management();

    /** Format and level of the logs. */
    LogSettings log();

    /** How long a stop may take. */
    ShutdownSettings shutdown();
}
