package com.foobar.dbrouter.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A JSON object as a page for people: plain values first, a table for each list. It loads nothing from anywhere. */
final class HtmlPage {
    private static final String STYLE = """
            body{font:14px/1.4 system-ui,sans-serif;margin:2em;color:#222}
            table{border-collapse:collapse;margin:1em 0}
            th,td{text-align:left;padding:.3em .8em;border-bottom:1px solid #ddd;vertical-align:top}
            td.n{text-align:right;font-variant-numeric:tabular-nums}
            th{background:#f4f4f4}code{font-size:13px}
            """;

    private HtmlPage() {}

    static String of(String title, JsonObject body) {
        StringBuilder page = new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>")
                .append(escaped(title))
                .append("</title><style>")
                .append(STYLE)
                .append("</style><h1>")
                .append(escaped(title))
                .append("</h1>");
        for (Map.Entry<String, Object> entry : body) {
            if (!(entry.getValue() instanceof JsonArray)) {
                page.append("<p>")
                        .append(escaped(entry.getKey()))
                        .append(": ")
                        .append(text(entry.getValue()))
                        .append("</p>");
            }
        }
        for (Map.Entry<String, Object> entry : body) {
            if (entry.getValue() instanceof JsonArray list) {
                page.append("<h2>").append(escaped(entry.getKey())).append("</h2>");
                table(page, list);
            }
        }
        return page.append("</html>\n").toString();
    }

    private static void table(StringBuilder page, JsonArray list) {
        Set<String> columns = new LinkedHashSet<>();
        for (Object row : list) {
            if (row instanceof JsonObject object) {
                columns.addAll(object.fieldNames());
            }
        }
        page.append("<table><tr>");
        columns.forEach(column -> page.append("<th>").append(escaped(column)).append("</th>"));
        page.append("</tr>");
        for (Object row : list) {
            page.append("<tr>");
            if (row instanceof JsonObject object) {
                for (String column : columns) {
                    Object value = object.getValue(column);
                    page.append(value instanceof Number ? "<td class=\"n\">" : "<td>")
                            .append(text(value))
                            .append("</td>");
                }
            } else {
                page.append("<td>").append(text(row)).append("</td>");
            }
            page.append("</tr>");
        }
        page.append("</table>");
    }

    private static String text(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof JsonObject object) {
            return object.stream()
                    .map(entry -> escaped(entry.getKey()) + " " + text(entry.getValue()))
                    .collect(Collectors.joining(", "));
        }
        if (value instanceof JsonArray list) {
            return list.stream().map(HtmlPage::text).collect(Collectors.joining("<br>"));
        }
        return escaped(value.toString());
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
