package com.foobar.app.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.foobar.kit.settings.ByteSize;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.JacksonCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads request bodies, bounded in size and depth. Safe from any thread. */
final class RequestBody {
    private static final long MAX_DROPPED = 8 << 20;

    private final ByteSize maxSize;
    private final JsonFactory json;

    RequestBody(ByteSize maxSize, int maxDepth) {
        this.maxSize = maxSize;
        this.json = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .maxNumberLength(50)
                        .maxStringLength(maxSize.toInt())
                        .build())
                .build();
    }

    /**
     * Collects a body; to be called before anything asynchronous.
     *
     * @return fails with {@link ApiError} 413 as soon as it is known to be too large. Some more is read and dropped, so that
     *     the caller sees that answer; after that the connection is closed
     */
    Future<Buffer> read(HttpServerRequest request) {
        Promise<Buffer> body = Promise.promise();
        if (declaredLength(request) > maxSize.bytes()) {
            body.fail(ApiError.tooLarge(maxSize.toString()));
        }
        Buffer kept = Buffer.buffer();
        request.handler(part -> {
            long total = request.bytesRead();
            if (total <= maxSize.bytes()) {
                kept.appendBuffer(part);
            } else if (total <= maxSize.bytes() + MAX_DROPPED) {
                body.tryFail(ApiError.tooLarge(maxSize.toString()));
            } else {
                request.connection().close();
            }
        });
        request.exceptionHandler(body::tryFail);
        request.endHandler(v -> body.tryComplete(kept));
        return body.future();
    }

    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            // Longer than a long: the HTTP decoder has refused everything else.
            return Long.MAX_VALUE;
        }
    }

    /**
     * The object that a body holds; an empty body holds an empty one.
     *
     * @throws ApiError 400 where it is not a JSON object in UTF-8, or nested too deeply
     */
    JsonObject parse(@Nullable Buffer body) {
        if (body == null || body.length() == 0) {
            return new JsonObject();
        }
        try (JsonParser parser = json.createParser(text(body))) {
            Object value = JacksonCodec.fromParser(parser, Object.class);
            if (value instanceof JsonObject object) {
                return object;
            }
            throw ApiError.malformed("must be a JSON object");
        } catch (DecodeException | IOException e) {
            throw ApiError.malformed("is not valid JSON: " + reason(e));
        }
    }

    /**
     * Decoded here, as the parser lets some pass that is no UTF-8, such as zero in two bytes. A byte order mark may be ignored
     * (RFC 8259 §8.1).
     *
     * @throws ApiError 400 where it is no UTF-8
     */
    private static String text(Buffer body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body.getBytes()))
                    .toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw ApiError.malformed("is not valid UTF-8");
        }
    }

    /** The first line, without the parser's own class names and source locations. */
    private static String reason(Exception e) {
        Throwable cause = e.getCause() instanceof JsonProcessingException inner ? inner : e;
        if (cause instanceof JsonProcessingException known) {
            JsonLocation at = known.getLocation();
            String where = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
            boolean deep = known instanceof StreamConstraintsException;
            return (deep ? "nested too deeply or a value is too long" : "unexpected content") + where;
        }
        return "unexpected content";
    }
}
