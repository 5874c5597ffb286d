package io.cdcsdk.examples;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.cdcsdk.api.TableSchema;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** What the names and the first lines of the DMS files of one table tell about them. */
record DmsFolder(Path directory) {
    private static final String LOAD_NAME = "(SEGMENT[0-9]+_)?LOAD[0-9A-Fa-f]+\\.csv";
    private static final Pattern DMS_NAME =
            Pattern.compile("((SEGMENT[0-9]+_)?LOAD[0-9A-Fa-f]+|[0-9]{8}-[0-9]{6,})\\.csv(\\.gz)?");
    private static final Pattern DATE_PARTITION = Pattern.compile("[0-9]{2,10}([-_][0-9]{2,4})*");
    private static final String NOTHING = "(?!)";

    /** How a full load is told from changes. */
    enum FullLoad {
        BY_NAME,
        BY_COLUMN_COUNT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** The table is named like the folder, so that the cursor of one folder is not taken for that of another. */
    String table() {
        Path folder = directory.toAbsolutePath().normalize().getFileName();
        return folder == null ? "table" : folder.toString().replaceAll("[^\\p{L}\\p{N}_-]", "_");
    }

    /** By name, if all CSV files are named as DMS names them. */
    FullLoad detectFullLoad() throws IOException {
        if (!Files.isDirectory(directory)) {
            return FullLoad.BY_NAME;
        }
        boolean allNamedByDms = csvFiles().stream()
                .allMatch(file -> DMS_NAME.matcher(name(file)).matches());
        return allNamedByDms ? FullLoad.BY_NAME : FullLoad.BY_COLUMN_COUNT;
    }

    /**
     * A regular expression for the names, without {@code .gz}, of the files that begin with a row of a full load, and are not
     * named as DMS names files. If there is none, it matches no name.
     *
     * @param width how many fields a row without {@code Op} has, where there are no column names
     */
    String loadFiles(Header header, int width) throws IOException {
        List<String> names = new ArrayList<>();
        for (Path file : csvFiles()) {
            List<String> first = DMS_NAME.matcher(name(file)).matches() ? List.of() : firstRecord(file);
            boolean withoutOperation =
                    header == Header.PRESENT ? !first.isEmpty() && !first.get(0).equals("Op") : first.size() == width;
            if (withoutOperation) {
                names.add(Pattern.quote(withoutCompression(name(file))));
            }
        }
        return names.isEmpty() ? NOTHING : String.join("|", names);
    }

    /** The names, without {@code .gz}, of all files of the full load: those that DMS names so, and what {@link #loadFiles} matches. */
    Set<String> loadNames(String otherLoads) throws IOException {
        Pattern loads = Pattern.compile(LOAD_NAME + "|" + otherLoads);
        return csvFiles().stream()
                .map(file -> withoutCompression(name(file)))
                .filter(name -> loads.matcher(name).matches())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether files begin with a line of column names. */
    enum Header {
        PRESENT,
        NONE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether a file, if it were there, would be read as one of the folder. */
    boolean takes(Path file) {
        Path root = directory.toAbsolutePath().normalize();
        Path inside = file.toAbsolutePath().normalize();
        return inside.startsWith(root) && isCsv(name(inside)) && isInDatePartitions(root, inside);
    }

    /** The CSV files that the source leaves out, as they lie in folders that are no date partitions. */
    List<Path> leftOut() throws IOException {
        try (Stream<Path> files = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
            return files.filter(file -> isCsv(name(file)) && Files.isRegularFile(file))
                    .filter(file -> !isInDatePartitions(directory, file) && !isHidden(directory.relativize(file)))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean isHidden(Path inside) {
        for (Path part : inside) {
            if (part.toString().startsWith(".") || part.toString().startsWith("_")) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the files begin with a line that names the columns: the key's at least, or {@code Op}. An empty file tells nothing.
     *
     * @throws MixedHeadersException if some do, and some do not
     */
    boolean detectHeader(TableSchema schema) throws IOException, MixedHeadersException {
        List<Path> with = new ArrayList<>();
        List<Path> without = new ArrayList<>();
        for (Path file : csvFiles()) {
            List<String> first = firstRecord(file);
            if (!first.isEmpty()) {
                boolean header = first.get(0).equals("Op") || first.containsAll(schema.keyNames());
                (header ? with : without).add(file);
            }
        }
        if (!with.isEmpty() && !without.isEmpty()) {
            throw new MixedHeadersException(
                    directory.relativize(with.get(0)) + " begins with a line of column names, and "
                            + directory.relativize(without.get(0))
                            + " does not: the files of one folder must all have one, or none");
        }
        return !with.isEmpty();
    }

    /** The files that the source reads, in date partitions too. */
    private List<Path> csvFiles() throws IOException {
        try (Stream<Path> files = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
            return files.filter(file -> isCsv(name(file)) && Files.isRegularFile(file))
                    .filter(file -> isInDatePartitions(directory, file))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean isInDatePartitions(Path root, Path file) {
        Path inside = root.relativize(file);
        for (int i = 0; i < inside.getNameCount() - 1; i++) {
            if (!DATE_PARTITION.matcher(inside.getName(i).toString()).matches()) {
                return false;
            }
        }
        return true;
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static boolean isCsv(String name) {
        return withoutCompression(name).toLowerCase(Locale.ROOT).endsWith(".csv")
                && !name.startsWith(".")
                && !name.startsWith("_");
    }

    private static String withoutCompression(String name) {
        return name.endsWith(".gz") ? name.substring(0, name.length() - ".gz".length()) : name;
    }

    /** Empty for a file without a record, or without one that can be read: the source says what is wrong with it. */
    private static List<String> firstRecord(Path file) throws IOException {
        try (InputStream stored = Files.newInputStream(file)) {
            if (Files.size(file) == 0) {
                return List.of();
            }
            InputStream plain = name(file).endsWith(".gz") ? new GZIPInputStream(stored) : stored;
            BufferedReader text = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8));
            Iterator<CsvRecord> records =
                    CsvReader.builder().skipEmptyLines(true).ofCsvRecord(text).iterator();
            return records.hasNext() ? records.next().getFields() : List.of();
        } catch (CsvParseException | UncheckedIOException | ZipException | EOFException e) {
            return List.of();
        }
    }

    /** Some files begin with column names and some do not. */
    static final class MixedHeadersException extends Exception {
        private static final long serialVersionUID = 1L;

        MixedHeadersException(String message) {
            super(message);
        }
    }
}
