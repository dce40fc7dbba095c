package com.foobar.deploy.stack.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.deploy.stack.data.DataDirectory;
import com.foobar.deploy.stack.failure.StackFailure;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlServerIT {
    @TempDir
    Path directory;

    private DataDirectory data;
    private ControlServer server;

    @BeforeEach
    void startServer() {
        data = new DataDirectory(directory.resolve("data"));
        data.open(false);
        server = ControlServer.start(data, new Recorded());
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void passesCommandsOn() {
        ControlClient client = ControlClient.find(data).orElseThrow();

        assertThat(client.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(client.get("/status")).isEqualTo(new ControlClient.Answer(202, "table"));
        assertThat(client.get("/addresses").text()).isEqualTo("https://localhost:1");
        assertThat(client.post("/instances/web-1/kill").text()).isEqualTo("kill web-1");
        assertThat(client.post("/instances/web-1/start").text()).isEqualTo("start web-1");
        assertThat(client.post("/instances/web-1/restart").text()).isEqualTo("restart web-1");
        assertThat(client.post("/stop").text()).isEqualTo("stopped");
    }

    @Test
    void saysWhyItRefuses() {
        ControlClient client = ControlClient.find(data).orElseThrow();

        assertThat(client.post("/instances/nobody/kill"))
                .isEqualTo(new ControlClient.Answer(409, "no instance nobody"));
        assertThat(client.post("/instances/web-1/paint").status()).isEqualTo(409);
        assertThat(client.get("/instances/web-1/kill").status()).isEqualTo(404);
    }

    @Test
    void wantsTheTokenThatOnlyTheOwnerCanRead() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.controlFile())))
                .isEqualTo("rw-------");
        int port = ControlAddress.read(data).orElseThrow().port();

        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/stop"))
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(401);
    }

    @Test
    void launcherThatHasGoneIsNotFound() throws Exception {
        String left = Files.readString(data.controlFile());
        server.close();
        assertThat(ControlClient.find(data)).isEmpty();

        Files.writeString(data.controlFile(), left);
        assertThat(ControlClient.find(data)).isEmpty();
    }

    private static final class Recorded implements Commands {
        @Override
        public Status status() {
            return new Status(false, "table");
        }

        @Override
        public String addresses() {
            return "https://localhost:1";
        }

        @Override
        public String stop() {
            return "stopped";
        }

        @Override
        public String kill(String instance) {
            if (instance.equals("nobody")) {
                throw new StackFailure("no instance nobody");
            }
            return "kill " + instance;
        }

        @Override
        public String start(String instance) {
            return "start " + instance;
        }

        @Override
        public String restart(String instance) {
            return "restart " + instance;
        }
    }
}
