import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Asks two web servers the same about the same directory, and says where their answers differ. Sends bytes, so that no client repairs or refuses what is odd.
 *
 * <p>Arguments: port of nginx, port of web-service, the file of requests, the file of differences that are known. Exit status 1 where a difference is not
 * known, where a known one is no more, or where web-service decides conditions otherwise than RFC 9110 §13.2.2.
 */
public final class Comparison {
    /** When each file of the directory was changed. */
    private static final String SAME = "Mon, 01 Jan 2024 00:00:00 GMT";

    private static final String EARLIER = "Sun, 31 Dec 2023 00:00:00 GMT";
    private static final String LATER = "Tue, 02 Jan 2024 00:00:00 GMT";

    private record Server(String name, int port, String tag, String codedTag) {
        static Server at(String name, int port) throws IOException {
            Server unknown = new Server(name, port, "", "");
            return new Server(name, port, unknown.tagOf(""), unknown.tagOf("Accept-Encoding: gzip\r\n"));
        }

        private String tagOf(String fields) throws IOException {
            return ask("GET /app.js HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + fields + "\r\n").fields().get("etag");
        }

        /** What comes for these bytes. */
        Answer ask(String request) throws IOException {
            String bytes = request.replace("{tag}", tag).replace("{coded}", codedTag).replace("{opaque}", tag.replace("W/", ""));
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
                InputStream in = socket.getInputStream();
                return Answer.of(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
            } catch (java.net.SocketException e) {
                return Answer.of("");
            }
        }
    }

    private record Answer(String status, Map<String, String> fields, String body) {
        static Answer of(String text) {
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) {
                return new Answer("closed", Map.of(), "");
            }
            if (text.startsWith("HTTP/1.1 100")) {
                Answer last = of(text.substring(end + 4));
                return new Answer("100, " + last.status, last.fields, last.body);
            }
            String[] lines = text.substring(0, end).split("\r\n");
            Map<String, String> fields = new LinkedHashMap<>();
            for (int i = 1; i < lines.length; i++) {
                String[] parts = lines[i].split(": *", 2);
                fields.merge(parts[0].toLowerCase(Locale.ROOT), parts[1], (a, b) -> a + ", " + b);
            }
            return new Answer(lines[0].split(" ")[1], fields, text.substring(end + 4));
        }

        /** What two servers should have in common. */
        String summary() {
            StringBuilder text = new StringBuilder(status);
            boolean good = status.matches("(100, )?(20.|304)");
            if (good && !status.endsWith("304")) {
                show(text, "content-type", plainType());
                show(text, "content-length", multipart() ? null : fields.get("content-length"));
                show(text, "content-encoding", fields.get("content-encoding"));
                show(text, "content-range", fields.get("content-range"));
                // nginx says it neither of what a 206 shows anyway, nor of gzip, of which it sends no parts.
                boolean compared = !status.endsWith("206") && !fields.containsKey("content-encoding");
                show(text, "accept-ranges", compared ? fields.get("accept-ranges") : null);
                text.append(", body ").append(bodyText());
            } else if (status.endsWith("416")) {
                show(text, "content-range", fields.get("content-range"));
            }
            if (good) {
                show(text, "last-modified", fields.get("last-modified"));
                show(text, "vary", fields.get("vary"));
            }
            String location = fields.get("location");
            show(text, "location", location == null ? null : location.replaceFirst("http://[^/]*", ""));
            return text.toString();
        }

        private boolean multipart() {
            return fields.getOrDefault("content-type", "").startsWith("multipart/");
        }

        private String plainType() {
            String type = fields.get("content-type");
            return type == null ? null : type.replaceFirst("boundary=.*", "boundary=…").replace("charset=UTF-8", "charset=utf-8");
        }

        /** Parts without their boundary; long ones by their length and hash. */
        private String bodyText() {
            String text = body;
            if (multipart()) {
                String boundary = fields.get("content-type").replaceFirst(".*boundary=", "");
                text = body.replace(boundary, "…").replace("\r\n", "␤").replaceFirst("^␤", "");
            }
            return text.isEmpty() ? "none" : text.length() <= 40 && text.chars().allMatch(c -> c >= ' ')
                    ? "'" + text + "'"
                    : text.length() + " bytes " + Integer.toHexString(text.hashCode());
        }

        private static void show(StringBuilder text, String name, String value) {
            if (value != null) {
                text.append(", ").append(name).append(": ").append(value);
            }
        }
    }

    /** @param name of a known difference, or of a row */
    private record Case(String name, String request) {}

    private static final List<String> PROBLEMS = new ArrayList<>();

    private Comparison() {}

    public static void main(String[] args) throws IOException {
        Server nginx = Server.at("nginx", Integer.parseInt(args[0]));
        Server web = Server.at("web-service", Integer.parseInt(args[1]));
        Map<String, String> known = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of(args[3]))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] parts = line.split(" *\\| *", 2);
                known.put(parts[0].strip(), parts[1].strip());
            }
        }
        requests(nginx, web, cases(Path.of(args[2])), known);
        conditions(nginx, web);
        for (String problem : PROBLEMS) {
            System.err.println(problem);
        }
        System.exit(PROBLEMS.isEmpty() ? 0 : 1);
    }

    /** Lines of {@code name | method target | field | field …}; {@code \r\n} and the like are written so. */
    private static List<Case> cases(Path file) throws IOException {
        List<Case> cases = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split(" +\\| +");
            StringBuilder request = new StringBuilder(parts[1].strip()).append(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
            String body = "";
            for (int i = 2; i < parts.length; i++) {
                if (parts[i].startsWith("body ")) {
                    body = parts[i].substring(5).strip();
                } else {
                    request.append(parts[i].strip()).append("\r\n");
                }
            }
            cases.add(new Case(parts[0].strip(), request.append("\r\n").append(body).toString()));
        }
        return cases;
    }

    private static void requests(Server nginx, Server web, List<Case> cases, Map<String, String> known) throws IOException {
        System.out.println("| request | nginx | web-service | why |\n| --- | --- | --- | --- |");
        int different = 0;
        for (Case each : cases) {
            String theirs = nginx.ask(each.request()).summary();
            String ours = web.ask(each.request()).summary();
            String why = known.get(each.name());
            if (!theirs.equals(ours)) {
                different++;
                String[] shown = difference(theirs, ours);
                System.out.printf("| %s | %s | %s | %s |%n", each.name(), cell(shown[0]), cell(shown[1]), why == null ? "**not known**" : why);
                if (why == null) {
                    PROBLEMS.add("not known: " + each.name() + "\n  nginx:       " + theirs + "\n  web-service: " + ours);
                }
            } else if (why != null) {
                PROBLEMS.add("no difference any more: " + each.name());
            }
        }
        System.out.printf("%n%d requests, %d answered alike, %d differently.%n%n", cases.size(), cases.size() - different, different);
    }

    /** The status of both and what else they do not share. */
    private static String[] difference(String theirs, String ours) {
        List<String> one = new ArrayList<>(List.of(theirs.split(", ")));
        List<String> other = new ArrayList<>(List.of(ours.split(", ")));
        String[] statuses = {one.remove(0), other.remove(0)};
        List<String> shared = new ArrayList<>(one);
        shared.retainAll(other);
        one.removeAll(shared);
        other.removeAll(shared);
        one.add(0, statuses[0]);
        other.add(0, statuses[1]);
        return new String[] {String.join(", ", one), String.join(", ", other)};
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    // ---- conditions ----

    private static final String[] TAGS = {"", "{tag}", "\"other\"", "*", "W/{opaque}"};
    private static final String[] DATES = {"", SAME, EARLIER, LATER, "nonsense"};

    /** GET with every combination of the four conditions, judged by what RFC 9110 §13.2.2 says. */
    private static void conditions(Server nginx, Server web) throws IOException {
        int count = 0;
        int wrong = 0;
        Map<String, int[]> theirs = new LinkedHashMap<>();
        Map<String, String> examples = new LinkedHashMap<>();
        for (String match : TAGS) {
            for (String unmodified : DATES) {
                for (String none : TAGS) {
                    for (String modified : DATES) {
                        String fields = field("If-Match", match) + field("If-Unmodified-Since", unmodified) + field("If-None-Match", none)
                                + field("If-Modified-Since", modified);
                        String request = "GET /app.js HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + fields + "\r\n";
                        String right = decide(match, unmodified, none, modified);
                        String answer = web.ask(request).status();
                        count++;
                        if (!answer.equals(right)) {
                            wrong++;
                            PROBLEMS.add("web-service answers " + answer + " rather than " + right + ": " + fields.replace("\r\n", "; "));
                        }
                        String other = nginx.ask(request).status();
                        if (!other.equals(right)) {
                            String kind = "| " + right + " | " + other + " |";
                            theirs.computeIfAbsent(kind, k -> new int[1])[0]++;
                            examples.putIfAbsent(kind, fields.strip().replace("\r\n", "; "));
                        }
                    }
                }
            }
        }
        System.out.printf(
                "%d combinations of If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since: web-service decides %d as RFC 9110 §13.2.2 says, nginx %d.%n%n",
                count, count - wrong, count - theirs.values().stream().mapToInt(number -> number[0]).sum());
        System.out.println("| RFC 9110, web-service | nginx | combinations | for example |\n| --- | --- | ---: | --- |");
        theirs.forEach((kind, number) -> System.out.println(kind + " " + number[0] + " | `" + examples.get(kind) + "` |"));
    }

    private static String field(String name, String value) {
        return value.isEmpty() ? "" : name + ": " + value + "\r\n";
    }

    /** For a file with a strong tag that was changed at {@link #SAME}. */
    private static String decide(String match, String unmodified, String none, String modified) {
        if (!match.isEmpty()) {
            if (!match.equals("{tag}") && !match.equals("*")) {
                return "412";
            }
        } else if (unmodified.equals(EARLIER)) {
            return "412";
        }
        if (!none.isEmpty()) {
            return none.equals("\"other\"") ? "200" : "304";
        }
        return modified.equals(SAME) || modified.equals(LATER) ? "304" : "200";
    }
}
