import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Says which tests of a suite pass directly and do not through the router, by the reports of two runs of Maven's Surefire.
 *
 * <p>Arguments: the suite, the directory of each run's reports, the file of differences that are known, and "partly" where not all tests have run: then what is
 * listed need not differ. Exit status 1 where a difference is not known, or where a known one is no more.
 */
public final class Comparison {
    private enum Outcome {
        PASSED,
        SKIPPED,
        /** Failed, and passed at the second try, when the tests before it in its class were left out. */
        PASSED_LATER,
        FAILED
    }

    /** Of several tests of one name (with parameters, for example) the worst. */
    private record Result(Outcome outcome, String message) {
        Result worse(Result other) {
            return outcome.compareTo(other.outcome) < 0 ? other : this;
        }

        boolean passed() {
            return outcome == Outcome.PASSED;
        }
    }

    private static final int LONGEST = 160;

    private Comparison() {}

    public static void main(String[] args) throws Exception {
        String suite = args[0];
        Map<String, Result> direct = results(Path.of(args[1]));
        Map<String, Result> router = results(Path.of(args[2]));
        Map<String, String> known = known(Path.of(args[3]), suite);
        boolean partly = args.length > 4;
        int problems = 0;

        System.out.printf("%s: %d tests directly%s, %d through the router%s%n", suite, direct.size(), counts(direct), router.size(), counts(router));
        int different = 0;
        int listed = 0;
        for (Map.Entry<String, Result> each : direct.entrySet()) {
            String test = each.getKey();
            Result through = router.getOrDefault(test, new Result(Outcome.FAILED, "has not run"));
            String why = known.get(test);
            if (each.getValue().passed() && !through.passed()) {
                different++;
                listed += why == null ? 0 : 1;
                System.out.printf("%s  %s: %s%n", why == null ? "NOT LISTED" : "listed    ", test, through.message());
                if (why == null) {
                    problems++;
                } else {
                    System.out.printf("            %s%n", why);
                }
            } else if (why != null && !partly) {
                problems++;
                System.out.printf("NO MORE     %s: listed, and does not differ (directly %s)%n", test, each.getValue().outcome().name().toLowerCase());
            }
        }
        for (String test : known.keySet()) {
            if (!direct.containsKey(test) && !partly) {
                problems++;
                System.out.printf("NO MORE     %s: listed, and no test%n", test);
            }
        }
        for (Map.Entry<String, Result> each : direct.entrySet()) {
            if (each.getValue().outcome().compareTo(Outcome.PASSED_LATER) >= 0) {
                boolean both = !router.getOrDefault(each.getKey(), each.getValue()).passed();
                System.out.printf("directly    %s: %s; %s%n", each.getKey(), each.getValue().message(), both ? "through the router too" : "not through the router");
            }
        }
        System.out.printf("%s: %d differ, %d of them listed; %d problems%n", suite, different, listed, problems);
        System.exit(problems == 0 ? 0 : 1);
    }

    /** Lines of {@code suite | Class.method | reason}. */
    private static Map<String, String> known(Path file, String suite) throws IOException {
        Map<String, String> known = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split(" *\\| *", 3);
            if (parts[0].strip().equals(suite)) {
                known.put(parts[1].strip(), parts[2].strip());
            }
        }
        return known;
    }

    /** By the class without its common package, and the method. */
    private static Map<String, Result> results(Path directory) throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml")).toList();
        }
        Map<String, Result> results = new TreeMap<>();
        for (Path file : files) {
            Element report = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile()).getDocumentElement();
            for (Node node = report.getFirstChild(); node != null; node = node.getNextSibling()) {
                if (node instanceof Element test && test.getTagName().equals("testcase")) {
                    results.merge(name(test), result(test), Result::worse);
                }
            }
        }
        if (results.isEmpty()) {
            throw new IOException("no reports in " + directory);
        }
        return results;
    }

    private static String name(Element test) {
        String type = test.getAttribute("classname").replaceFirst("^(org\\.mariadb\\.jdbc|io\\.vertx\\.(tests\\.)?mysqlclient)\\.", "");
        String method = test.getAttribute("name");
        return method.isEmpty() ? type : type + "." + method;
    }

    private static Result result(Element test) {
        Result result = new Result(Outcome.PASSED, "");
        for (Node node = test.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (!(node instanceof Element said)) {
                continue;
            }
            String type = said.getAttribute("type");
            String message = said.getAttribute("message").isEmpty() ? said.getTextContent() : said.getAttribute("message");
            String all = (type.substring(type.lastIndexOf('.') + 1) + ": " + message.strip().lines().findFirst().orElse("")).strip();
            String first = all.length() > LONGEST ? all.substring(0, LONGEST) + "…" : all;
            switch (said.getTagName()) {
                case "failure", "error" -> result = result.worse(new Result(Outcome.FAILED, first));
                case "skipped" -> result = result.worse(new Result(Outcome.SKIPPED, "skipped"));
                case "flakyFailure", "flakyError" -> result = result.worse(new Result(Outcome.PASSED_LATER, "passes at the second try only: " + first));
                default -> {
                    // What it has written, and what it was given.
                }
            }
        }
        return result;
    }

    private static String counts(Map<String, Result> results) {
        long passed = results.values().stream().filter(Result::passed).count();
        long skipped = results.values().stream().filter(result -> result.outcome() == Outcome.SKIPPED).count();
        return " (" + passed + " passed, " + skipped + " skipped, " + (results.size() - passed - skipped) + " failed)";
    }
}
