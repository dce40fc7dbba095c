package com.foobar.lb.frontend;

import com.foobar.http.exchange.ErrorPages;
import com.foobar.http.exchange.MaintenancePage;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.kit.StartFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The pages that an operator has made for a frontend or a backend: in place of our error responses, and for maintenance. */
public final class OperatorPages implements AutoCloseable {
    private final @Nullable ErrorPages errors;
    private final @Nullable MaintenancePage maintenance;

    private OperatorPages(@Nullable ErrorPages errors, @Nullable MaintenancePage maintenance) {
        this.errors = errors;
        this.maintenance = maintenance;
    }

    /**
     * Reads the error pages, and looks for the maintenance page from now on.
     *
     * @param path of the frontend or backend in the settings
     * @param errors files by status
     * @return fails with {@link StartFailure} where a page cannot be read
     */
    public static Future<OperatorPages> open(
            Vertx vertx, String path, Map<String, Path> errors, @Nullable Path maintenance) {
        Future<ErrorPages> read = errors.isEmpty()
                ? Future.succeededFuture()
                : vertx.executeBlocking(() -> ErrorPages.read(byStatus(errors)), false);
        return read.recover(failure -> Future.failedFuture(
                        failure instanceof UncheckedIOException
                                ? new StartFailure(path + ".error-pages: " + failure.getMessage(), failure)
                                : failure))
                .compose(pages -> maintenance == null
                        ? Future.succeededFuture(new OperatorPages(pages, null))
                        : MaintenancePage.watch(vertx, maintenance).map(watched -> new OperatorPages(pages, watched)));
    }

    private static Map<Integer, Path> byStatus(Map<String, Path> pages) {
        return pages.entrySet().stream()
                .collect(Collectors.toMap(page -> Integer.valueOf(page.getKey()), Map.Entry::getValue));
    }

    /** For a listener; null for none. */
    @Nullable
    ErrorPages errors() {
        return errors;
    }

    /** Answers with the maintenance page while it is there. */
    RequestHandler maintenanceBefore(RequestHandler next) {
        return maintenance == null ? next : maintenance.before(next);
    }

    /** Answers with these pages what is not answered otherwise: for a backend, whose pages go before the listener's. */
    public RequestHandler before(RequestHandler next) {
        RequestHandler open = maintenanceBefore(next);
        return errors == null
                ? open
                : stream -> {
                    stream.useErrorPages(errors);
                    open.handle(stream);
                };
    }

    /** Looks for the maintenance page no more. */
    @Override
    public void close() {
        if (maintenance != null) {
            maintenance.close();
        }
    }
}
