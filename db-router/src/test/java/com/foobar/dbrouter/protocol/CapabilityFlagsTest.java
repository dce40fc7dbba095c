package com.foobar.dbrouter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapabilityFlagsTest {
    @ParameterizedTest
    @CsvSource({
        "8.4.0, false, false",
        "9.7.4-2, false, false",
        "5.5.5-10.4.34-MariaDB-log, false, false",
        "5.5.5-10.11.19-MariaDB-0+deb12u1, true, false",
        "10.6.1-MariaDB, true, false",
        "11.4.5-MariaDB-log, true, false",
        "11.5.1-MariaDB, true, true",
        "12.0.2-MariaDB, true, true",
    })
    void offersOfMariaDbsCapabilitiesWhatThatVersionHas(String version, boolean bulk, boolean unitResults) {
        long offered = CapabilityFlags.offered(version);
        assertThat(CapabilityFlags.has(offered, CapabilityFlags.MARIADB_STMT_BULK_OPERATIONS))
                .isEqualTo(bulk);
        assertThat(CapabilityFlags.has(offered, CapabilityFlags.MARIADB_EXTENDED_METADATA))
                .isEqualTo(bulk);
        assertThat(CapabilityFlags.has(offered, CapabilityFlags.MARIADB_BULK_UNIT_RESULTS))
                .isEqualTo(unitResults);
        assertThat(CapabilityFlags.has(offered, CapabilityFlags.LONG_PASSWORD)).isEqualTo(!bulk);
    }
}
