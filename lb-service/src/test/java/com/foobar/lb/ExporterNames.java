package com.foobar.lb;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names of metrics with their labels, in the order of the alphabet, and types, as {@code {proxy,state} gauge}: of a scraped page, and of HAProxy's exporter. */
final class ExporterNames {
    private static final Pattern SERIES = Pattern.compile("(\\w+)(?:\\{(.*)})? \\S+");
    private static final Pattern LISTED = Pattern.compile("(\\w+)(?:\\{(.*)})? (\\w+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");

    private ExporterNames() {}

    /** Of HAProxy 2.6; see haproxy.cfg beside it for how it was taken. */
    static SortedMap<String, String> ofHaproxy() {
        SortedMap<String, String> names = new TreeMap<>();
        lines("exporter-2.6.txt").forEach(line -> {
            Matcher name = LISTED.matcher(line);
            if (name.matches()) {
                String labels = name.group(2) == null
                        ? ""
                        : Stream.of(name.group(2).split(",")).sorted().collect(Collectors.joining(",", "{", "}"));
                names.put(name.group(1), (labels + " " + name.group(3)).strip());
            }
        });
        // Those that 3.x has beside them, by its addons/promex/README.
        names.put("haproxy_server_active", "{proxy,server} gauge");
        names.put("haproxy_server_backup", "{proxy,server} gauge");
        names.put("haproxy_process_node", "{node} gauge");
        // One of each kind that its configuration has to ask for.
        names.put("haproxy_process_description", "{desc} gauge");
        names.put("haproxy_listener_current_sessions", "{listener,proxy} gauge");
        names.put("haproxy_resolver_sent", "{nameserver,resolver} gauge");
        return names;
    }

    static Stream<String> lines(String resource) {
        try (InputStream in = ExporterNames.class.getResourceAsStream("/haproxy/" + resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SortedMap<String, String> of(String page) {
        SortedMap<String, String> names = new TreeMap<>();
        Map<String, String> types = new TreeMap<>();
        page.lines().forEach(line -> {
            if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ");
                types.put(words[2], words[3]);
            }
            Matcher series = SERIES.matcher(line);
            if (!line.startsWith("#") && series.matches()) {
                String labels = labels(series.group(2));
                names.put(series.group(1), (labels + " " + types.get(series.group(1))).strip());
            }
        });
        return names;
    }

    private static String labels(String all) {
        return all == null
                ? ""
                : LABEL.matcher(all)
                        .results()
                        .map(label -> label.group(1))
                        .sorted()
                        .collect(Collectors.joining(",", "{", "}"));
    }
}
