package com.foobar.app.http;

import com.foobar.kit.settings.ByteSize;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An answer that says what the caller did wrong, in the specification's form
 * {@code {"errors":{"<key>":["<message>"]}}}. Carries no stack trace: it is an answer, not a defect.
 */
public final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient Map<String, List<String>> errors;
    private final long retryAfterSeconds;

    /** @param errors key to messages, in the order in which they are told */
    public ApiError(int status, Map<String, List<String>> errors) {
        this(status, errors, 0);
    }

    private ApiError(int status, Map<String, List<String>> errors, long retryAfterSeconds) {
        super(status + " " + errors, null, false, false);
        this.status = status;
        this.errors = errors;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    private static ApiError of(int status, String key, String message) {
        return new ApiError(status, Map.of(key, List.of(message)));
    }

    /** 400: the request cannot be understood. */
    public static ApiError malformed(String message) {
        return of(400, "body", message);
    }

    /** 400: the query cannot be decoded. */
    public static ApiError queryMalformed() {
        return of(400, "query", "is malformed");
    }

    /** 400: {@code Idempotency-Key} is none. */
    public static ApiError idempotencyKeyMalformed() {
        return of(400, "idempotency-key", "must be 1 to 255 visible ASCII characters");
    }

    /** 422: {@code Idempotency-Key} belongs to another request. */
    public static ApiError idempotencyKeyReused() {
        return of(422, "idempotency-key", "has been used for another request");
    }

    /** 401: no token where one is needed. */
    public static ApiError tokenMissing() {
        return of(401, "token", "is missing");
    }

    /** 401: a token that is not ours, or has ended. */
    public static ApiError tokenInvalid() {
        return of(401, "token", "is invalid");
    }

    /** 401: no such user, or another password. */
    public static ApiError credentialsInvalid() {
        return of(401, "credentials", "invalid");
    }

    /** 403: somebody else's. */
    public static ApiError forbidden(String what) {
        return of(403, what, "forbidden");
    }

    /** 404: there is no such thing. */
    public static ApiError notFound(String what) {
        return of(404, what, "not found");
    }

    /** 409: what has to be unique is not. */
    public static ApiError taken(List<String> fields) {
        Map<String, List<String>> errors = new LinkedHashMap<>();
        fields.forEach(field -> errors.put(field, List.of("has already been taken")));
        return new ApiError(409, errors);
    }

    /** 408: the body is still not there. */
    public static ApiError bodyTooSlow(Duration limit) {
        return of(408, "body", "did not come within " + seconds(limit) + " seconds");
    }

    /** 413: the body is longer than allowed. */
    public static ApiError tooLarge(long limit) {
        return of(413, "body", "is too large (maximum is " + new ByteSize(limit) + ")");
    }

    /** 429: wrong credentials too often. */
    public static ApiError tooManyLogins(Duration wait) {
        long seconds = seconds(wait);
        String message = "were wrong too often, please wait " + seconds + " seconds";
        return new ApiError(429, Map.of("credentials", List.of(message)), seconds);
    }

    /** 429: too many registrations from an address; nothing has been done. */
    public static ApiError tooManyRegistrations(Duration wait) {
        long seconds = seconds(wait);
        String message = "from your address are too many, please wait " + seconds + " seconds";
        return new ApiError(429, Map.of("registrations", List.of(message)), seconds);
    }

    /** 429: as many values of {@code Idempotency-Key} as the caller may have; nothing has been done. */
    public static ApiError tooManyIdempotencyKeys(Duration wait) {
        long seconds = seconds(wait);
        String message = "too many are in use, please wait " + seconds + " seconds or send the request without one";
        return new ApiError(429, Map.of("idempotency-key", List.of(message)), seconds);
    }

    private static long seconds(Duration wait) {
        return Math.max(1, wait.plusMillis(999).toSeconds());
    }

    /** 503: nothing has been done, and the caller may simply send the request again. */
    public static ApiError busy(String message) {
        return new ApiError(503, Map.of("service", List.of(message)), 1);
    }

    /** 503: what has been done is in the message. */
    public static ApiError unavailable(String message) {
        return of(503, "service", message);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** After how many seconds the caller may send the request again; 0 where that is of no use, or no harmless thing to do. */
    public long retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /** The body of the answer. */
    public JsonObject body() {
        JsonObject object = new JsonObject();
        errors.forEach((key, messages) -> object.put(key, new JsonArray(messages)));
        return new JsonObject().put("errors", object);
    }
}
