package com.foobar.app.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What is answered as JSON, written value by value: a page of articles as a tree of objects would be some hundred maps, made to be thrown away.
 */
@FunctionalInterface
public interface JsonBody {
    /** Writes one value. */
    void write(JsonGenerator json) throws IOException;

    /** The bytes of the value, UTF-8. */
    default Buffer toBuffer() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(Encoding.USUAL_SIZE);
        try (JsonGenerator json = Encoding.FACTORY.createGenerator(bytes)) {
            write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    /** This value as the only one of an object. */
    default JsonBody under(String key) {
        return json -> {
            json.writeStartObject();
            json.writeFieldName(key);
            write(json);
            json.writeEndObject();
        };
    }

    /** Safe from any thread. */
    final class Encoding {
        private static final JsonFactory FACTORY = new JsonFactory();
        private static final int USUAL_SIZE = 16 * 1024;

        private Encoding() {}
    }
}
