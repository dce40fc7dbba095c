package com.foobar.dbrouter.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.pool.SessionState;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.protocol.StatusFlags;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.ClassificationCache;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionChangesTest {
    private final StatementText text = new StatementText(new ClassificationCache(16), () -> 45);
    private SessionState state = SessionState.ofLogin(null, 45, 0, List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET time_zone='+02:00'",
                "SET SESSION time_zone='+02:00'",
                "SET LOCAL time_zone := '+02:00'",
                "SET @@time_zone='+02:00'",
                "SET @@session.time_zone='+02:00'",
                "SET @@LOCAL.Time_Zone = '+02:00'",
                "SET `time_zone`='+02:00'",
                "/* a@b */ SET time_zone='+02:00' -- @@time_zone",
            })
    void replacesASettingHoweverItsVariableIsNamed(String set) {
        set("SET @@session.time_zone='+01:00'");
        set("SET SESSION sql_mode=''");
        set(set);
        assertThat(statements()).containsExactly("SET SESSION sql_mode=''", set);
        set("SET @@session.time_zone='+01:00'");
        assertThat(statements()).containsExactly("SET SESSION sql_mode=''", "SET @@session.time_zone='+01:00'");
    }

    @Test
    void takesASignInALiteralForNoVariable() {
        set("SET lc_time_names='en_US@x'");
        set("SET lc_time_names=\"de_DE\\\"@@lc_time_names\"");
        set("SET time_zone='UTC', lc_time_names='@'");
        set("SET time_zone='UTC', lc_time_names='@'");
        assertThat(statements())
                .containsExactly(
                        "SET lc_time_names=\"de_DE\\\"@@lc_time_names\"", "SET time_zone='UTC', lc_time_names='@'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET @@sql_mode=CONCAT(@@sql_mode,',ANSI')",
                "SET sql_mode=@@session.sql_mode",
                "SET time_zone='UTC', sql_mode=CONCAT('ANSI,',@@sql_mode)",
                "SET sql_mode=@@sql_mode, time_zone='UTC'",
                "SET sql_mode='' /*!50000 , sql_mode = @@sql_mode */",
            })
    void keepsWhatAValueRefersTo(String building) {
        set("SET @@session.sql_mode='STRICT_ALL_TABLES'");
        set(building);
        set("SET @@session.sql_mode='STRICT_ALL_TABLES'");
        set("SET sql_mode=''");
        assertThat(statements())
                .containsExactly("SET @@session.sql_mode='STRICT_ALL_TABLES'", building, "SET sql_mode=''");
    }

    private void set(String statement) {
        Classification classification =
                text.classify(Unpooled.wrappedBuffer(statement.getBytes(Packets.BYTES)), StatusFlags.AUTOCOMMIT);
        state = Objects.requireNonNull(SessionChanges.with(state, classification, statement));
    }

    private List<String> statements() {
        return state.settings().stream().map(SessionState.Setting::statement).toList();
    }
}
