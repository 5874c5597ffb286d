package io.cdcsdk.runtime.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in the text that Prometheus reads.
 *
 * @param types of each family
 * @param samples the value of each series, as it is written
 * @param tags the keys that the series of a name have
 */
record Scrape(Map<String, String> types, Map<String, Double> samples, Map<String, Set<String>> tags) {
    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)\\})? (\\S+)");
    private static final Pattern TAG = Pattern.compile("(\\w+)=\"[^\"]*\"");

    static Scrape of(String text) {
        Scrape scrape = new Scrape(new TreeMap<>(), new LinkedHashMap<>(), new TreeMap<>());
        text.lines().forEach(scrape::add);
        return scrape;
    }

    private void add(String line) {
        if (line.startsWith("# TYPE ")) {
            String[] words = line.split(" ");
            types.put(words[2], words[3]);
        } else if (!line.startsWith("#")) {
            Matcher sample = SAMPLE.matcher(line);
            if (!sample.matches()) {
                throw new AssertionError("not a sample: " + line);
            }
            samples.put(line.substring(0, line.lastIndexOf(' ')), Double.valueOf(sample.group(3)));
            Set<String> keys = tags.computeIfAbsent(sample.group(1), none -> new TreeSet<>());
            Matcher tag = TAG.matcher(sample.group(2) == null ? "" : sample.group(2));
            while (tag.find()) {
                keys.add(tag.group(1));
            }
        }
    }

    /** The keys of all series of a family, without those that its type brings along. */
    Set<String> tagsOf(String family, String type) {
        Set<String> keys = new TreeSet<>(tags.getOrDefault(family, Set.of()));
        if (type.equals("summary") && !keys.remove("quantile")) {
            throw new AssertionError(family + " has no percentiles");
        }
        return keys;
    }

    double value(String series) {
        Double value = samples.get(series);
        if (value == null) {
            throw new AssertionError("no " + series + " in\n" + String.join("\n", samples.keySet()));
        }
        return value;
    }
}
