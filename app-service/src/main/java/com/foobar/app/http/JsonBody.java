package com.foobar.app.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
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
        Encoding encoding = new Encoding();
        try (JsonGenerator json = Encoding.FACTORY.createGenerator(encoding)) {
            write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        return encoding.bytes;
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

    /** Into a buffer that grows with what is written: Jackson passes on 8000 bytes at a time, so a small answer takes twice its size at most. */
    final class Encoding extends OutputStream {
        private static final JsonFactory FACTORY = new JsonFactory();

        private final Buffer bytes = Buffer.buffer();

        private Encoding() {}

        @Override
        public void write(int value) {
            bytes.appendByte((byte) value);
        }

        @Override
        public void write(byte[] part, int from, int length) {
            bytes.appendBytes(part, from, length);
        }
    }
}
