package com.foobar.web.content;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.ResponseHead;
import com.foobar.web.conditional.HttpDates;

/** Makes the heads of answers: what every answer of the site says for the browser's safety, and what is said of a file. */
final class FileHeaders {
    private final Fields safety;
    private final CachePolicy cachePolicy;

    /** @param safety what every answer of the site says for the browser's safety; not changed any more */
    FileHeaders(Fields safety, CachePolicy cachePolicy) {
        this.safety = safety;
        this.cachePolicy = cachePolicy;
    }

    /** A head with the safety fields alone. */
    ResponseHead plain(int status) {
        ResponseHead head = ResponseHead.of(status);
        for (int slot = 0; slot < safety.slots(); slot++) {
            head.fields().addFrom(safety, slot);
        }
        return head;
    }

    /** The head of 200, 206 or 304. A 304 says what the 200 would have said for caches, RFC 9110 §15.4.5. */
    ResponseHead of(SiteFile file, FileAnswer answer) {
        ResponseHead head = plain(answer.status())
                .add(FieldName.ETAG, answer.form().tag().header())
                .add(FieldName.LAST_MODIFIED, HttpDates.format(file.lastModified()))
                .add(FieldName.CACHE_CONTROL, cachePolicy.of(file));
        if (!file.codings().isEmpty()) {
            head.add(FieldName.VARY, "Accept-Encoding");
        }
        if (answer.status() == 304) {
            return head;
        }
        head.add(FieldName.CONTENT_TYPE, file.type().value()).add(FieldName.ACCEPT_RANGES, "bytes");
        String coding = answer.form().coding();
        if (coding != null) {
            head.add(FieldName.CONTENT_ENCODING, coding);
        }
        if (answer.isMultipart()) {
            // Each part says its range; type and length are those of the parts together.
            return head;
        }
        if (!answer.parts().isEmpty()) {
            head.add(
                    FieldName.CONTENT_RANGE,
                    answer.parts().get(0).contentRange(answer.form().length()));
        }
        return head.contentLength(answer.length());
    }
}
