package com.foobar.web.content;

import com.foobar.http.message.Method;
import com.foobar.web.conditional.AcceptEncoding;
import com.foobar.web.conditional.ByteRange;
import com.foobar.web.conditional.ByteRanges;
import com.foobar.web.conditional.Preconditions;
import com.foobar.web.content.SiteFile.Representation;
import java.time.Instant;
import java.util.List;

/**
 * What to send of a file: status, form and parts. Decided from values alone.
 *
 * @param status 200, 206, 304, 412 or 416
 * @param form   the selected representation
 * @param parts  one or more for 206, otherwise none
 */
record FileAnswer(int status, Representation form, List<ByteRange> parts) {
    /**
     * Decides for a GET or HEAD. The form is chosen first, because conditions and ranges speak of the chosen form
     * (RFC 9110 §13.1, §14.2); conditions come before the range (§13.2.2); a range counts for GET only.
     */
    static FileAnswer decide(FileRequest request, SiteFile file, Instant now) {
        String coding = AcceptEncoding.choose(request.acceptEncoding(), file.codings());
        Representation form = coding == null ? file.plain() : file.coded(coding);
        Preconditions.Verdict verdict = request.preconditions().evaluate(form.tag(), file.lastModified());
        if (verdict != Preconditions.Verdict.PROCEED) {
            return whole(verdict == Preconditions.Verdict.NOT_MODIFIED ? 304 : 412, form);
        }
        String wanted = request.range();
        if (wanted != null
                && request.method().equals(Method.GET)
                && request.preconditions().allowRange(form.tag(), file.lastModified(), now)) {
            List<ByteRange> parts = ByteRanges.parse(wanted, form.length());
            boolean tooMuch = parts != null && parts.size() > 1 && !file.canSendParts(ByteRanges.length(parts));
            if (parts != null && !tooMuch) {
                return new FileAnswer(parts.isEmpty() ? 416 : 206, form, parts);
            }
        }
        return whole(200, form);
    }

    private static FileAnswer whole(int status, Representation form) {
        return new FileAnswer(status, form, List.of());
    }

    /** Whether the body is multipart. */
    boolean isMultipart() {
        return parts.size() > 1;
    }

    /** Offset of the first byte of a body that is not multipart. */
    long offset() {
        return parts.isEmpty() ? 0 : parts.get(0).first();
    }

    /** Bytes of a body that is not multipart, of 200 and 206. */
    long length() {
        return parts.isEmpty() ? form.length() : parts.get(0).length();
    }
}
