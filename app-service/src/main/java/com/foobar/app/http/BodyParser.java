package com.foobar.app.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.foobar.kit.settings.ByteSize;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.JacksonCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes objects of request bodies, bounded in depth and in the number of their values: each takes many times its bytes. Safe from any thread. */
final class BodyParser {
    /** Names, values, brackets: an article of 20 tags has 40. */
    private static final long MAX_TOKENS = 10_000;

    private final JsonFactory json;

    BodyParser(ByteSize maxSize, int maxDepth) {
        this.json = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .maxTokenCount(MAX_TOKENS)
                        .maxNumberLength(50)
                        .maxStringLength(maxSize.toInt())
                        .build())
                .build();
    }

    /**
     * The object that a body holds; an empty body holds an empty one.
     *
     * @throws ApiError 400 where it is not a JSON object in UTF-8, nested too deeply, or of too many values
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
            return (deep ? "nested too deeply, too many values, or one too long" : "unexpected content") + where;
        }
        return "unexpected content";
    }
}
