package com.foobar.web.content;

import com.foobar.http.message.Method;
import com.foobar.web.conditional.AcceptEncoding;
import com.foobar.web.conditional.ByteRange;
import com.foobar.web.conditional.Preconditions;
import com.foobar.web.content.SiteFile.Representation;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What to send of a file: status, form and part. Decided from values alone.
 *
 * @param status 200, 206, 304, 412 or 416
 * @param form   the selected representation
 * @param gzip   whether it is the gzip form
 * @param range  the part for 206, otherwise null
 */
record FileAnswer(
        int status,
        Representation form,
        boolean gzip,
        @Nullable ByteRange range) {
    /**
     * Decides for a GET or HEAD. The form is chosen first, because conditions and ranges speak of the chosen form
     * (RFC 9110 §13.1, §14.2); conditions come before the range (§13.2.2); a range counts for GET only.
     */
    static FileAnswer decide(FileRequest request, SiteFile file, Instant now) {
        Representation packed = file.gzip();
        boolean gzip = packed != null && AcceptEncoding.prefersGzip(request.acceptEncoding());
        Representation form = packed != null && gzip ? packed : file.plain();
        Preconditions.Verdict verdict = request.preconditions().evaluate(form.tag(), file.lastModified());
        if (verdict != Preconditions.Verdict.PROCEED) {
            return new FileAnswer(verdict == Preconditions.Verdict.NOT_MODIFIED ? 304 : 412, form, gzip, null);
        }
        String wanted = request.range();
        if (wanted != null
                && request.method().equals(Method.GET)
                && request.preconditions().allowRange(form.tag(), file.lastModified(), now)) {
            ByteRange range = ByteRange.parse(wanted, form.length());
            if (range != null && range.isUnsatisfiable()) {
                return new FileAnswer(416, form, gzip, null);
            }
            if (range != null) {
                return new FileAnswer(206, form, gzip, range);
            }
        }
        return new FileAnswer(200, form, gzip, null);
    }

    /** Offset of the first byte of the body. */
    long offset() {
        return range == null ? 0 : range.first();
    }

    /** Bytes of the body of 200 and 206. */
    long length() {
        return range == null ? form.length() : range.length();
    }
}
