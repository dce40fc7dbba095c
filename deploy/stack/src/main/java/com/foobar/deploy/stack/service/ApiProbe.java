package com.foobar.deploy.stack.service;

import com.foobar.deploy.stack.plan.PlannedInstance;
import com.foobar.deploy.stack.plan.StackPlan;
import com.foobar.deploy.stack.plan.Tier;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/**
 * Asks the API through every web server. All instances may be ready while a web server, which is ready without them, has not
 * yet seen that the application servers are: the first visitor would be told that the service is not available.
 */
public final class ApiProbe {
    private static final int TIMEOUT_MILLIS = 2000;

    private final StackPlan plan;

    public ApiProbe(StackPlan plan) {
        this.plan = plan;
    }

    /** Whether every web server has an answer from the application and its database. Blocks for seconds at most. */
    public boolean answers() {
        return plan.tier(Tier.WEB).stream().allMatch(ApiProbe::answers);
    }

    private static boolean answers(PlannedInstance web) {
        try {
            URI address = URI.create("http://" + StackPlan.HOST + ":" + web.port("http") + "/api/tags");
            HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            boolean good = connection.getResponseCode() == 200;
            connection.disconnect();
            return good;
        } catch (IOException e) {
            return false;
        }
    }
}
