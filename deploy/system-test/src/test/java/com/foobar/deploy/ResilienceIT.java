package com.foobar.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.deploy.running.CommandResult;
import com.foobar.deploy.running.RunningStack;
import com.foobar.deploy.running.SharedStack;
import com.foobar.deploy.running.SiteClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * One instance of each tier is killed (SIGKILL) while people read: none of them notices, the tier before sees it, and the
 * instance takes its part again when it is back.
 */
@ExtendWith(SharedStack.class)
class ResilienceIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** How many GETs have to be answered before the kill, while the instance is away, and after it is back. */
    private static final int ENOUGH = 100;

    @AfterEach
    void everythingIsReadyAgain(RunningStack stack) {
        await().atMost(LIMIT).until(() -> stack.up("status").exitStatus() == 0);
    }

    @Test
    void deathOfALoadBalancerIsNotNoticedThroughTheOther(RunningStack stack, SiteClient client) throws Exception {
        try (ReadLoad load = new ReadLoad(client, "lb-2")) {
            awaitMore(load);
            kill(stack, "lb-1");
            assertThat(stack.up("status").output()).containsPattern("lb-1 +lb-service +stopped");
            assertThat(stack.up("status").exitStatus()).isEqualTo(4);
            awaitMore(load);
            start(stack, "lb-1");
            assertThat(client.get("lb-1", "/").statusCode()).isEqualTo(200);
            awaitMore(load);
            assertThat(load.end()).isEmpty();
        }
    }

    @Test
    void deathOfAWebServerIsNotNoticed(RunningStack stack, SiteClient client) throws Exception {
        survives(
                stack,
                client,
                "web-1",
                "lb-2",
                "lb_server_status{proxy=\"web\",server=\"web-1\",state=\"DOWN\"} 1.0",
                "lb_server_status{proxy=\"web\",server=\"web-1\",state=\"UP\"} 1.0");
    }

    @Test
    void deathOfAnAppServerIsNotNoticed(RunningStack stack, SiteClient client) throws Exception {
        survives(
                stack,
                client,
                "app-1",
                "web-1",
                "web_server_up{server=\"app-1\"} 0.0",
                "web_server_up{server=\"app-1\"} 1.0");
    }

    @Test
    void deathOfADatabaseRouterIsNotNoticed(RunningStack stack, SiteClient client) throws Exception {
        String router = "app_router_up{router=\"127.0.0.1:" + stack.ports().traffic("db-router-1") + "\"} ";
        survives(stack, client, "db-router-1", "app-1", router + "0.0", router + "1.0");
    }

    @Test
    void deathOfAReplicaIsNotNoticedAndItCatchesUp(RunningStack stack, SiteClient client) throws Exception {
        survives(
                stack,
                client,
                "db-3",
                "db-router-1",
                "dbrouter_server_up{server=\"db-3\"} 0.0",
                "dbrouter_server_answers_reads{server=\"db-3\"} 1.0");
    }

    @Test
    void writesGoOnWhileAReplicaIsDown(RunningStack stack, SiteClient client) throws Exception {
        String name = "w" + UUID.randomUUID().toString().substring(0, 8);
        String token = client.register("lb-1", name);
        kill(stack, "db-2");
        String slug = client.publish("lb-1", token, name);
        assertThat(client.get("lb-2", "/api/articles/" + slug).statusCode()).isEqualTo(200);
        start(stack, "db-2");
        assertThat(client.get("lb-1", "/api/articles/" + slug).statusCode()).isEqualTo(200);
    }

    @Test
    void instanceThatDiesByItselfIsStartedAgainAndSaidSo(RunningStack stack) throws Exception {
        String pid = pid(stack, "web-2");
        RunningStack.run(RunningStack.project(), List.of("kill", "-KILL", pid));
        await().atMost(LIMIT)
                .until(() -> stack.up("status").exitStatus() == 0
                        && !pid(stack, "web-2").equals(pid));
        assertThat(stack.output()).contains("web-2 died: killed by SIGKILL; starts again in 0.5 s");
        assertThat(stack.up("status").output()).containsPattern("web-2 .*restarted 1 times?");
    }

    @Test
    void restartStopsInOrderAndStartsAnotherProcess(RunningStack stack) throws Exception {
        String pid = pid(stack, "web-2");
        CommandResult restarted = stack.up("restart", "web-2");
        assertThat(restarted.output()).contains("web-2 ready after");
        assertThat(restarted.exitStatus()).isZero();
        assertThat(pid(stack, "web-2")).isNotEqualTo(pid);
    }

    private static void survives(
            RunningStack stack, SiteClient client, String victim, String witness, String gone, String back)
            throws Exception {
        await(victim + " takes its part").atMost(LIMIT).until(() -> client.hasMetric(witness, back));
        try (ReadLoad load = new ReadLoad(client, "lb-2")) {
            awaitMore(load);
            kill(stack, victim);
            await(witness + " sees that " + victim + " is gone")
                    .atMost(LIMIT)
                    .until(() -> client.hasMetric(witness, gone));
            awaitMore(load);
            start(stack, victim);
            await(witness + " sees that " + victim + " is back")
                    .atMost(LIMIT)
                    .until(() -> client.hasMetric(witness, back));
            awaitMore(load);
            assertThat(load.end()).isEmpty();
        }
    }

    private static void kill(RunningStack stack, String instance) throws IOException, InterruptedException {
        CommandResult killed = stack.up("kill", instance);
        assertThat(killed.exitStatus()).as(killed.output()).isZero();
        assertThat(killed.output()).contains(instance + " killed");
    }

    private static void start(RunningStack stack, String instance) throws IOException, InterruptedException {
        CommandResult started = stack.up("start", instance);
        assertThat(started.exitStatus()).as(started.output()).isZero();
        assertThat(started.output()).contains(instance + " ready after");
    }

    private static void awaitMore(ReadLoad load) {
        int before = load.answered();
        await("readers are answered").atMost(LIMIT).until(() -> load.answered() >= before + ENOUGH);
    }

    private static String pid(RunningStack stack, String instance) throws IOException, InterruptedException {
        return stack.up("status")
                .output()
                .lines()
                .filter(line -> line.startsWith(instance + " "))
                .map(line -> line.split(" +"))
                .map(columns -> columns[3])
                .findFirst()
                .orElseThrow();
    }
}
