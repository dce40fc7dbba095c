package com.foobar.deploy.stack.service;

import com.foobar.deploy.stack.data.DataDirectory;
import com.foobar.deploy.stack.data.Secrets;
import com.foobar.deploy.stack.plan.PlannedInstance;
import com.foobar.deploy.stack.plan.StackPlan;
import com.foobar.deploy.stack.process.Program;
import com.foobar.deploy.stack.process.Readiness;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One of the project's own services, run from its jar with a settings file; ready when its management port says so. */
public final class ServiceProgram implements Program {
    private static final int TIMEOUT_MILLIS = 1000;
    private static final int MOST_REASON = 300;

    private final PlannedInstance instance;
    private final ServiceJars jars;
    private final SettingsFile settings;

    public ServiceProgram(
            PlannedInstance instance, StackPlan plan, ServiceJars jars, DataDirectory data, Secrets secrets) {
        this.instance = instance;
        this.jars = jars;
        this.settings = new SettingsFile(plan, data, secrets);
    }

    @Override
    public ProcessBuilder prepare() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JvmOptions.of(instance.tier()));
        command.add("-jar");
        command.add(jars.current(instance.tier().program()).toString());
        command.add("--config");
        command.add(settings.write(instance).toString());
        ProcessBuilder builder = new ProcessBuilder(command);
        // glibc would otherwise reserve memory for each of many threads.
        builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
        return builder;
    }

    @Override
    public Readiness readiness() {
        try {
            URI address = URI.create(
                    "http://" + StackPlan.HOST + ":" + instance.port(PlannedInstance.MANAGEMENT) + "/health/ready");
            HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            int status = connection.getResponseCode();
            if (status == 200) {
                connection.getInputStream().close();
                return Readiness.ready();
            }
            return Readiness.notReady(reason(connection, status));
        } catch (IOException e) {
            return Readiness.notReady("management port: " + e.getMessage());
        }
    }

    private static String reason(HttpURLConnection connection, int status) throws IOException {
        try (InputStream body = connection.getErrorStream()) {
            if (body == null) {
                return "status " + status;
            }
            String text = new String(body.readNBytes(MOST_REASON), StandardCharsets.UTF_8);
            return text.replaceAll("\\s+", " ").trim();
        }
    }
}
