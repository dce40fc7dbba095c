package com.foobar.web.content;

import com.foobar.http.exchange.FileBody;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Method;
import com.foobar.http.message.ResponseHead;
import com.foobar.kit.http.Problem;
import com.foobar.web.conditional.ByteRange;
import com.foobar.web.config.ContentSettings;
import com.foobar.web.metrics.ContentMetrics;
import com.foobar.web.security.SecurityFields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers GET and HEAD with files of the site. What is in memory is answered at once; the rest after a look at the disk,
 * which other threads take. Thread-safe; each request stays on the event loop of its connection.
 */
public final class FileHandler implements RequestHandler {
    private static final Logger log = LoggerFactory.getLogger(FileHandler.class);
    private static final String ALLOW = "GET, HEAD";
    private static final String INDEX = "index.html";
    private static final String NOT_FOUND_PAGE = "404.html";

    private final ContentRoot content;
    private final Views views;
    private final FileHeaders headers;
    private final ContentMetrics metrics;
    private final Clock clock;

    public FileHandler(ContentRoot content, ContentSettings settings, ContentMetrics metrics, Clock clock) {
        this.content = content;
        this.views = new Views(settings.views());
        this.headers = new FileHeaders(
                SecurityFields.site(settings.contentSecurityPolicy()), new CachePolicy(settings.assetMaxAge()));
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public void handle(RequestStream stream) {
        FileRequest request = FileRequest.of(stream.head());
        if (!request.method().equals(Method.GET) && !request.method().equals(Method.HEAD)) {
            stream.record().failed(new ProxyError.MethodNotAllowed(ALLOW));
            refuse(stream, request, 405, "Method Not Allowed", "A file can only be read, with " + ALLOW + ".");
            return;
        }
        if (request.acceptsHtml() && views.contain(stream.head().target())) {
            look(stream, request, new ResolvedPath.Named(INDEX, false));
            return;
        }
        ResolvedPath path = PathResolver.resolve(stream.head().target());
        if (path instanceof ResolvedPath.Refused refused) {
            if (refused.status() == 400) {
                stream.record().failed(new ProxyError.Malformed(400, refused.reason()));
                refuse(stream, request, 400, "Bad Request", "The address cannot be used: " + refused.reason() + ".");
            } else {
                missing(stream, request);
            }
            return;
        }
        look(stream, request, (ResolvedPath.Named) path);
    }

    private void look(RequestStream stream, FileRequest request, ResolvedPath.Named path) {
        SiteFile.InMemory ready = content.inMemory(path.name());
        if (ready != null) {
            metrics.memory();
            send(stream, request, ready);
            return;
        }
        content.find(path.name())
                .handleAsync(
                        (file, failure) -> {
                            found(stream, request, path, file, failure);
                            return null;
                        },
                        stream.eventLoop())
                .exceptionally(defect -> defective(stream, path.name(), defect));
    }

    private void found(
            RequestStream stream,
            FileRequest request,
            ResolvedPath.Named path,
            @Nullable SiteFile file,
            @Nullable Throwable failure) {
        if (failure != null) {
            metrics.failed();
            failed(stream, path.name(), cause(failure));
        } else if (file != null) {
            if (file instanceof SiteFile.OnDisk) {
                metrics.disk();
            } else {
                metrics.loaded();
            }
            send(stream, request, file);
        } else {
            notFound(stream, request, path);
        }
    }

    private void notFound(RequestStream stream, FileRequest request, ResolvedPath.Named path) {
        String below = path.pageBelow();
        if (below == null) {
            noFolder(stream, request, path);
        } else if (content.inMemory(below) != null) {
            redirect(stream);
        } else {
            content.find(below)
                    .handleAsync(
                            (page, failure) -> {
                                if (page instanceof SiteFile.OnDisk onDisk) {
                                    onDisk.close();
                                }
                                if (page != null) {
                                    redirect(stream);
                                } else {
                                    noFolder(stream, request, path);
                                }
                                return null;
                            },
                            stream.eventLoop())
                    .exceptionally(defect -> defective(stream, below, defect));
        }
    }

    private void noFolder(RequestStream stream, FileRequest request, ResolvedPath.Named path) {
        if (path.mayBeView() && request.acceptsHtml() && !path.name().equals(INDEX)) {
            // An address that the site's script made up (history.pushState): the page knows what it means.
            look(stream, request, new ResolvedPath.Named(INDEX, false));
        } else {
            metrics.missing();
            missing(stream, request);
        }
    }

    /** To the folder, with a slash, so that what its page names relatively is found (RFC 3986 §5.2.3). The path has one slash in front, so that it leads to no other host. */
    private void redirect(RequestStream stream) {
        String target = stream.head().target();
        int query = target.indexOf('?');
        String location = query < 0 ? target + "/" : target.substring(0, query) + "/" + target.substring(query);
        ResponseHead head =
                headers.plain(301).add(FieldName.LOCATION, location).add(FieldName.CACHE_CONTROL, "no-cache");
        stream.respond(head, Unpooled.EMPTY_BUFFER);
    }

    private void send(RequestStream stream, FileRequest request, SiteFile file) {
        FileAnswer answer = FileAnswer.decide(request, file, clock.instant());
        boolean body = (answer.status() == 200 || answer.status() == 206)
                && request.method().equals(Method.GET);
        if (answer.isMultipart()) {
            sendParts(stream, file, answer);
            return;
        }
        if (file instanceof SiteFile.OnDisk onDisk) {
            if (body && !stream.ended()) {
                stream.respond(
                        headers.of(file, answer), new FileBody(onDisk.channel(), answer.offset(), answer.length()));
                return;
            }
            onDisk.close();
        }
        switch (answer.status()) {
            case 412 ->
                refuse(stream, request, 412, "Precondition Failed", "The file is not the version you asked for.");
            case 416 -> {
                String total = ByteRange.unsatisfiedContentRange(answer.form().length());
                ResponseHead head = headers.plain(416).add(FieldName.CONTENT_RANGE, total);
                refuse(stream, request, head, "Range Not Satisfiable", "The file has no such part.");
            }
            default -> {
                stream.respond(head(file, answer));
                if (body && file instanceof SiteFile.InMemory inMemory) {
                    stream.write(part(inMemory, answer));
                }
                stream.end();
            }
        }
    }

    private ResponseHead head(SiteFile file, FileAnswer answer) {
        return answer.status() == 200 && file instanceof SiteFile.InMemory inMemory
                ? inMemory.form(answer.form()).head(() -> headers.of(file, answer))
                : headers.of(file, answer);
    }

    private static ByteBuf part(SiteFile.InMemory file, FileAnswer answer) {
        return slice(file.bytes(answer.form()), answer.offset(), answer.length());
    }

    private static ByteBuf slice(ByteBuf whole, long offset, long length) {
        return Unpooled.unreleasableBuffer(whole.slice(Math.toIntExact(offset), Math.toIntExact(length)));
    }

    /** Several parts in one body; those of a file on disk are read first. */
    private void sendParts(RequestStream stream, SiteFile file, FileAnswer answer) {
        Multipart multipart =
                Multipart.of(answer.parts(), file.type().value(), answer.form().length());
        ResponseHead head = headers.of(file, answer);
        head.fields().set(FieldName.CONTENT_TYPE, multipart.mediaType());
        if (file instanceof SiteFile.InMemory inMemory) {
            ByteBuf whole = inMemory.bytes(answer.form());
            stream.respond(
                    head,
                    multipart.body(answer.parts().stream()
                            .map(part -> slice(whole, part.first(), part.length()))
                            .toList()));
            return;
        }
        content.read((SiteFile.OnDisk) file, answer.parts())
                .handleAsync(
                        (parts, failure) -> {
                            if (failure == null) {
                                stream.respond(head, multipart.body(parts));
                            } else {
                                metrics.failed();
                                failed(stream, file.name(), cause(failure));
                            }
                            return null;
                        },
                        stream.eventLoop())
                .exceptionally(defect -> defective(stream, file.name(), defect));
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    private static @Nullable Object defective(RequestStream stream, String name, Throwable defect) {
        log.error("{} could not be answered", name, defect);
        stream.fail(new ProxyError.Internal());
        return null;
    }

    /** For people the site's own page, where it has one. */
    private void missing(RequestStream stream, FileRequest request) {
        stream.record().failed(new ProxyError.NotFound());
        if (!Problem.prefersHtml(request.accept())) {
            refuseMissing(stream, request);
            return;
        }
        SiteFile.InMemory ready = content.inMemory(NOT_FOUND_PAGE);
        if (ready != null) {
            sendNotFound(stream, ready);
            return;
        }
        content.find(NOT_FOUND_PAGE)
                .handleAsync(
                        (page, failure) -> {
                            if (page instanceof SiteFile.InMemory inMemory) {
                                sendNotFound(stream, inMemory);
                            } else {
                                if (page instanceof SiteFile.OnDisk onDisk) {
                                    onDisk.close();
                                }
                                refuseMissing(stream, request);
                            }
                            return null;
                        },
                        stream.eventLoop())
                .exceptionally(defect -> defective(stream, NOT_FOUND_PAGE, defect));
    }

    private void refuseMissing(RequestStream stream, FileRequest request) {
        refuse(stream, request, 404, "Not Found", "There is nothing at this address.");
    }

    private void sendNotFound(RequestStream stream, SiteFile.InMemory page) {
        ResponseHead head = headers.plain(404)
                .add(FieldName.CONTENT_TYPE, page.type().value())
                .add(FieldName.CACHE_CONTROL, "no-store");
        stream.respond(head, slice(page.bytes(page.plain()), 0, page.plain().length()));
    }

    private void failed(RequestStream stream, String name, Throwable failure) {
        if (failure instanceof RejectedExecutionException) {
            log.debug("{}: too many look-ups of files are waiting", name);
            stream.fail(new ProxyError.QueueExhausted("content", content.description(), 0, Duration.ZERO));
        } else {
            log.warn("{} in {} cannot be read: {}", name, content.description(), failure.toString());
            stream.fail(new ProxyError.Internal());
        }
    }

    private void refuse(RequestStream stream, FileRequest request, int status, String title, String detail) {
        refuse(stream, request, headers.plain(status), title, detail);
    }

    /** A small page or a problem; it carries the safety fields too, and is kept by no cache. */
    private void refuse(RequestStream stream, FileRequest request, ResponseHead head, String title, String detail) {
        String requestId = stream.record().requestId();
        Problem problem = new Problem(head.status(), title, detail, requestId.isEmpty() ? null : requestId);
        boolean html = Problem.prefersHtml(request.accept());
        head.add(FieldName.CONTENT_TYPE, html ? Problem.HTML : Problem.JSON).add(FieldName.CACHE_CONTROL, "no-store");
        if (head.status() == 405) {
            head.add(FieldName.ALLOW, ALLOW);
        }
        if (!requestId.isEmpty()) {
            head.add(FieldName.X_REQUEST_ID, requestId);
        }
        stream.respond(head, ByteBufUtil.writeUtf8(stream.allocator(), html ? problem.html() : problem.json()));
    }
}
