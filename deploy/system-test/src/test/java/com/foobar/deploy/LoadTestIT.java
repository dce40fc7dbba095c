package com.foobar.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.deploy.running.CommandResult;
import com.foobar.deploy.running.RunningStack;
import com.foobar.deploy.running.SharedStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The load test's jar against the whole stack, by HTTPS through both balancers. */
@ExtendWith(SharedStack.class)
class LoadTestIT {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    /** It is in no certificate. */
    private static final String ANOTHER_NAME = "another.example";

    private static final Path JAR = RunningStack.project().resolve("deploy/load-test/target/load-test.jar");

    @Test
    void findsEverythingRight(RunningStack stack) throws Exception {
        String sites = stack.site("lb-1") + "," + stack.site("lb-2");

        CommandResult result =
                smoke(stack, "--base-url", sites, "--ca", stack.authority().toString());

        assertThat(result.output())
                .contains("compared with what had been written: all right")
                .endsWith("passed\n");
        assertThat(result.exitStatus()).isZero();
    }

    @Test
    void doesNotTrustACertificateThatNobodyHasVouchedFor(RunningStack stack) throws Exception {
        CommandResult result = smoke(stack, "--base-url", stack.site().toString());

        assertThat(result.output()).contains("its certificate is not accepted");
        assertThat(result.exitStatus()).isEqualTo(3);
    }

    @Test
    void trustsAnyCertificateForAnyNameOnRequest(RunningStack stack) throws Exception {
        String site = "https://" + ANOTHER_NAME + ":" + stack.site().getPort();

        CommandResult trusting =
                smoke(stack, "--base-url", site, "--ca", stack.authority().toString());
        assertThat(trusting.output()).contains("its certificate is not accepted", ANOTHER_NAME);

        CommandResult result = smoke(stack, "--base-url", site, "--insecure", "true", "--http2", "false");
        assertThat(result.output()).contains("trusting any certificate").endsWith("passed\n");
        assertThat(result.exitStatus()).isZero();
    }

    /** Away from the checkout, whose own development authority it would find. */
    private static CommandResult smoke(RunningStack stack, String... options) throws Exception {
        Path hosts = Files.writeString(stack.data().resolveSibling("hosts"), """
                127.0.0.1 localhost
                127.0.0.1 %s
                """.formatted(ANOTHER_NAME));
        List<String> command = new ArrayList<>(
                List.of(JAVA.toString(), "-Xmx256m", "-Djdk.net.hosts.file=" + hosts, "-jar", JAR.toString(), "smoke"));
        command.addAll(List.of(options));
        return RunningStack.run(stack.data(), command, Map.of(), LIMIT);
    }
}
