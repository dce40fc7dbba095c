package com.foobar.app.user;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.app.ApiClient;
import com.foobar.app.config.AppSettings;
import com.foobar.app.db.Database;
import com.foobar.app.db.DbSession;
import com.foobar.app.metrics.AppMetrics;
import com.foobar.kit.settings.SettingsReader;
import com.foobar.kit.testing.DatabaseServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(com.foobar.app.SharedDatabase.class)
class UserRepositoryIT {
    private final UserRepository users = new UserRepository();

    @Test
    void replacesNoHashThatHasBecomeAnotherOne(DatabaseServer server) {
        Vertx vertx = Vertx.vertx();
        AppSettings settings =
                SettingsReader.read(AppSettings.class, "database: {routers: ['" + server.address() + "']}", Map.of());
        Database database = new Database(vertx, settings.database(), new AppMetrics(new PrometheusRegistry()));
        try {
            DbSession db = database.session("4bf92f3577b34da6a3ce929d0e0e4736");
            String name = ApiClient.unique("changing");
            db.write(tx -> users.insert(tx, name, name, "first")).await();
            UserRepository.Credentials first = credentials(db, name);
            db.write(tx -> users.replaceHash(tx, first, "second")).await();
            assertThat(credentials(db, name).passwordHash()).isEqualTo("second");

            // As a login does that knew the first while the password was changed.
            db.write(tx -> users.replaceHash(tx, first, "third")).await();
            assertThat(credentials(db, name).passwordHash()).isEqualTo("second");
        } finally {
            database.close().await();
            vertx.close().await();
        }
    }

    private UserRepository.Credentials credentials(DbSession db, String email) {
        return Objects.requireNonNull(
                db.read(connection -> users.credentials(connection, email)).await());
    }
}
