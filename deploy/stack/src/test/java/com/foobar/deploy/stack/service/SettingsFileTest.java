package com.foobar.deploy.stack.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.deploy.stack.data.DataDirectory;
import com.foobar.deploy.stack.data.Secrets;
import com.foobar.deploy.stack.plan.PlannedInstance;
import com.foobar.deploy.stack.plan.StackPlan;
import com.foobar.deploy.stack.plan.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {
    private final StackPlan plan = StackPlan.withPortOffset(10_000);

    @TempDir
    Path directory;

    private DataDirectory data;
    private Secrets secrets;
    private SettingsFile settings;

    @BeforeEach
    void open() {
        data = new DataDirectory(directory);
        data.open(false);
        secrets = new Secrets(data);
        settings = new SettingsFile(plan, data, secrets);
    }

    @Test
    void leadsEachTierToAllInstancesOfTheNext() {
        assertThat(text("lb-2"))
                .contains("instance: lb-2", "listen: '127.0.0.1:19443'", "listen: '127.0.0.1:19080'")
                .contains("{name: web-1, address: '127.0.0.1:18101'}", "{name: web-2, address: '127.0.0.1:18102'}");
        assertThat(text("web-1")).contains("{name: app-1, address: '127.0.0.1:18201'}", "app-2");
        assertThat(text("app-1")).contains("routers: ['127.0.0.1:13301', '127.0.0.1:13302']");
        assertThat(text("db-router-2"))
                .contains("listen: '127.0.0.1:13302'")
                .contains("  - {name: db-1, address: '127.0.0.1:13311'}", "'127.0.0.1:13313'")
                .contains("management: {listen: '127.0.0.1:19932'}");
    }

    @Test
    void namesSecretsAndHoldsNone() throws IOException {
        for (PlannedInstance instance : plan.instances()) {
            if (instance.tier() != Tier.DATABASE) {
                Path file = settings.write(instance);
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            }
        }
        assertThat(text("app-1")).contains("'file:" + secrets.file("db-foobar_app") + "'");
        for (PlannedInstance instance : plan.instances()) {
            if (instance.tier() != Tier.DATABASE) {
                assertThat(text(instance.name()))
                        .doesNotContain(secrets.reveal("db-foobar_app"), secrets.reveal("jwt-key"));
            }
        }
    }

    private String text(String instance) {
        return settings.text(plan.instance(instance).orElseThrow());
    }
}
