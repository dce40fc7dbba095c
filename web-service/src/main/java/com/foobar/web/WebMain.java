package com.foobar.web;

import com.foobar.kit.ServiceDefinition;
import com.foobar.kit.ServiceRunner;
import com.foobar.web.config.WebSettings;

/** {@code java -jar web-service.jar [--config FILE]}. */
public final class WebMain {
    static final ServiceDefinition<WebSettings> DEFINITION = new ServiceDefinition<>(
            "web-service",
            "The static web tier: serves the site's files and forwards /api to the app servers.",
            WebSettings.class,
            WebService::new);

    private WebMain() {}

    public static void main(String[] arguments) {
        ServiceRunner.run(DEFINITION, arguments);
    }
}
