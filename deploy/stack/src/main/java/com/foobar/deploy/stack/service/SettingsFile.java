package com.foobar.deploy.stack.service;

import com.foobar.deploy.stack.data.DataDirectory;
import com.foobar.deploy.stack.data.PrivateFile;
import com.foobar.deploy.stack.data.Secrets;
import com.foobar.deploy.stack.database.Account;
import com.foobar.deploy.stack.plan.PlannedInstance;
import com.foobar.deploy.stack.plan.StackPlan;
import com.foobar.deploy.stack.plan.Tier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes the settings file of each instance: what differs from the service's defaults, as a person would write it. Secrets
 * are references to files, so each instance can be run by hand with the same file.
 *
 * <p>Health checks may take longer than by default: eleven processes share one machine, and while it is overloaded a slow
 * answer is no sign of death. A process that has died refuses connections, which is noticed at once all the same.
 */
final class SettingsFile {
    /** What the routers check the application's logins with, and log in with themselves. */
    private static final String JWT_KEY = "jwt-key";

    private final StackPlan plan;
    private final DataDirectory data;
    private final Secrets secrets;

    SettingsFile(StackPlan plan, DataDirectory data, Secrets secrets) {
        this.plan = plan;
        this.data = data;
        this.secrets = secrets;
    }

    /** Writes the file, replacing an earlier one. */
    Path write(PlannedInstance instance) throws IOException {
        Path file = data.settings(instance.name());
        PrivateFile.write(file, text(instance));
        return file;
    }

    String text(PlannedInstance instance) {
        return "# Written by deploy/up at each start; changes are lost.\n" + "instance: "
                + instance.name() + "\n" + own(instance)
                + """
                management: {listen: '%s'}
                shutdown: {timeout: 2s}
                """.formatted(address(instance, PlannedInstance.MANAGEMENT));
    }

    private String own(PlannedInstance instance) {
        return switch (instance.tier()) {
            case LOAD_BALANCER -> loadBalancer(instance);
            case WEB -> web(instance);
            case APP -> app(instance);
            case DB_ROUTER -> dbRouter(instance);
            case DATABASE -> throw new IllegalArgumentException(instance.name() + " has no settings file");
        };
    }

    private String loadBalancer(PlannedInstance lb) {
        return """
                frontends:
                  - {name: https, listen: '%s', tls: {development-directory: '%s'}}
                  - {name: http, listen: '%s', redirect-to: https}
                backends:
                  - name: web
                    check: {inter: 500ms, fall: 2, timeout: 5s}
                    servers:
                %s""".formatted(address(lb, "https"), data.tls(), address(lb, "http"), servers(Tier.WEB, "http"));
    }

    private String web(PlannedInstance web) {
        return """
                listen: '%s'
                gateway:
                  check: {inter: 500ms, fall: 2, timeout: 5s}
                  servers:
                %s""".formatted(address(web, "http"), servers(Tier.APP, "http"));
    }

    private String app(PlannedInstance app) {
        return """
                http: {listen: '%s'}
                database:
                  routers: [%s]
                  user: %s
                  password: 'file:%s'
                  seed: true
                auth: {jwt-keys: ['file:%s']}
                """.formatted(
                        address(app, "http"),
                        join(Tier.DB_ROUTER, ", ", router -> "'" + address(router, "mysql") + "'"),
                        Account.APP.user(),
                        secrets.file(Account.APP.secret()),
                        secrets.file(JWT_KEY));
    }

    private String dbRouter(PlannedInstance router) {
        return """
                listen: '%s'
                tls: {development-directory: '%s'}
                users:
                  - {name: %s, password: 'file:%s'}
                monitor: {user: %s, password: 'file:%s', timeout: 3s}
                servers:
                %s""".formatted(
                        address(router, "mysql"),
                        data.tls(),
                        Account.APP.user(),
                        secrets.file(Account.APP.secret()),
                        Account.MONITOR.user(),
                        secrets.file(Account.MONITOR.secret()),
                        servers(Tier.DATABASE, "mysql").replace("    - ", "  - "));
    }

    private String servers(Tier tier, String purpose) {
        return join(tier, "", server -> "    - {name: %s, address: '%s'}\n"
                .formatted(server.name(), address(server, purpose)));
    }

    private String join(Tier tier, String separator, Function<PlannedInstance, String> text) {
        List<PlannedInstance> instances = plan.tier(tier);
        return instances.stream().map(text).collect(Collectors.joining(separator));
    }

    private static String address(PlannedInstance instance, String purpose) {
        return StackPlan.HOST + ":" + instance.port(purpose);
    }
}
