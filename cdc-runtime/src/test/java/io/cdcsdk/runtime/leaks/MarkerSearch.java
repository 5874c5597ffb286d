package io.cdcsdk.runtime.leaks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Searches texts for all forms of all markers in one pass: by the hash of their first characters. */
final class MarkerSearch {
    private static final int BEGINNING = 6;
    private static final int AROUND = 150;

    private record Form(String text, Marker marker) {}

    private final Map<Integer, List<Form>> forms = new HashMap<>();

    MarkerSearch(Collection<Marker> markers) {
        for (Marker marker : markers) {
            for (String form : marker.forms()) {
                forms.computeIfAbsent(hash(form, 0), none -> new ArrayList<>()).add(new Form(form, marker));
            }
        }
    }

    private static int hash(String text, int from) {
        int hash = 0;
        for (int i = from; i < from + BEGINNING; i++) {
            hash = 31 * hash + text.charAt(i);
        }
        return hash;
    }

    /** The first place of each marker that a text shows. */
    Collection<String> find(String text) {
        Map<Marker, String> found = new LinkedHashMap<>();
        for (int i = 0; i <= text.length() - BEGINNING; i++) {
            for (Form form : forms.getOrDefault(hash(text, i), List.of())) {
                if (!found.containsKey(form.marker()) && text.startsWith(form.text(), i)) {
                    String around = text.substring(
                            Math.max(0, i - AROUND),
                            Math.min(text.length(), i + form.text().length() + AROUND));
                    found.put(form.marker(), form.marker().text() + " as " + form.text() + ": ..." + around + "...");
                }
            }
        }
        return found.values();
    }
}
