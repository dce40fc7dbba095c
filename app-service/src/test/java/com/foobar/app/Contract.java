package com.foobar.app;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Response;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The contract that the service publishes, as the judge of what it does: {@link ApiClient} shows it every request and answer.
 */
final class Contract {
    /** What any request may be answered, by its size or by a failure of the server's own. */
    private static final Set<Integer> OTHERWISE = Set.of(414, 431, 500);

    private static final OpenAPIContract CONTRACT = load();

    private Contract() {}

    /** Fails, too, where the file is no valid OpenAPI document. */
    private static OpenAPIContract load() {
        Vertx vertx = Vertx.vertx();
        try {
            return OpenAPIContract.from(vertx, "api/openapi.yaml")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("api/openapi.yaml", e);
        } finally {
            // Nothing is asked of it later.
            vertx.close();
        }
    }

    static List<Operation> operations() {
        return CONTRACT.operations();
    }

    /**
     * Accepts an answer only with a status and a body that the contract has for that operation, and success only for a request
     * that it allows. A failure of the service's own is never accepted; what has no operation is not judged.
     *
     * @throws AssertionError otherwise
     */
    static void judge(String method, String path, @Nullable String request, int status, String answer) {
        String bare = path.contains("?") ? path.substring(0, path.indexOf('?')) : path;
        Operation operation =
                CONTRACT.findOperation(bare, method.equals("HEAD") ? HttpMethod.GET : HttpMethod.valueOf(method));
        if (operation == null) {
            return;
        }
        String what = method + " " + path + " " + status + ": ";
        Response response = OTHERWISE.contains(status) ? operation.getDefaultResponse() : operation.getResponse(status);
        if (response == null) {
            throw new AssertionError(what + "the contract has no such answer: " + answer);
        }
        MediaType type = json(response.getContent());
        if (type == null) {
            require(answer.isEmpty(), what + "the contract has no body: " + answer);
        } else if (!method.equals("HEAD")) {
            check(what + "answer", type, new JsonObject(answer));
        }
        if (request != null && status < 300 && operation.getRequestBody() != null) {
            MediaType asked = json(operation.getRequestBody().getContent());
            if (asked != null) {
                check(what + "request", asked, object(request));
            }
        }
        require(status != 500, what + answer);
    }

    private static JsonObject object(String text) {
        try {
            return Buffer.buffer(text).toJsonObject();
        } catch (DecodeException e) {
            throw new AssertionError("accepted what is no JSON object: " + text, e);
        }
    }

    private static @Nullable MediaType json(Map<String, MediaType> content) {
        return content.get(MediaType.APPLICATION_JSON);
    }

    private static void check(String what, MediaType type, JsonObject body) {
        OutputUnit verdict =
                CONTRACT.getSchemaRepository().validator(type.getSchema()).validate(body);
        require(verdict.getValid(), what + " does not keep the contract: " + verdict.toJson());
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }
}
