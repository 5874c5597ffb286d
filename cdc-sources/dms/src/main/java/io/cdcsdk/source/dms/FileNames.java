package io.cdcsdk.source.dms;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the names of files and folders say. */
final class FileNames {
    /** The places of load files begin with this, those of other files with {@link #CHANGES}. */
    static final String LOADS = "0";

    /** The place at which the snapshot made up of load files is complete: behind them, before the changes. */
    static final String LOADED = "1";

    static final String CHANGES = "2";

    /** Behind every load file with a counter; not a place that one of those may have, as segments end before. */
    private static final String OTHER_LOADS = LOADS + "/other/";

    private static final Pattern LOAD = Pattern.compile("(?:SEGMENT([0-9]{1,9})_)?LOAD([0-9A-Fa-f]{1,16})\\.csv");
    private static final Pattern CHANGE = Pattern.compile("[0-9]{8}-[0-9]{6,}\\.csv");
    private static final Pattern TRANSACTIONS = Pattern.compile("CDC_TXN-[0-9]+\\.csv");
    private static final Pattern DATE_PARTITION = Pattern.compile("[0-9]{2,10}([-_][0-9]{2,4})*");

    private FileNames() {}

    /** Which files a lane is made of. */
    enum Family {
        /** Loads and changes, by their names. */
        TABLE,
        /** Every CSV file. */
        ANY_CSV,
        /** Changes of all tables in commit order. */
        TRANSACTIONS
    }

    /**
     * The file of a lane, or null if its name does not belong to the family. Its place sorts as files are read: loads by their
     * hexadecimal counter within their segment, everything else by name. A compressed file has the place of the plain one.
     */
    static @Nullable DataFile dataFile(StoredFile file, Family family) {
        return dataFile(file, family, null);
    }

    /**
     * The same, where names of another pattern are those of load files, too: they are read behind the others, by name.
     *
     * @param otherLoads what names without compression match, or null for none
     */
    static @Nullable DataFile dataFile(StoredFile file, Family family, @Nullable Pattern otherLoads) {
        String name = withoutCompression(file.name());
        Matcher load = LOAD.matcher(name);
        if (family != Family.TRANSACTIONS && load.matches()) {
            int segment = load.group(1) == null ? 0 : Integer.parseInt(load.group(1));
            String counter = load.group(2).toUpperCase(Locale.ROOT);
            return new DataFile(
                    LOADS
                            + '/'
                            + String.format(Locale.ROOT, "%09d", segment)
                            + '/'
                            + "0".repeat(16 - counter.length())
                            + counter
                            + '/'
                            + name,
                    file,
                    segment);
        }
        if (otherLoads != null && otherLoads.matcher(name).matches()) {
            return new DataFile(OTHER_LOADS + name, file, 0);
        }
        boolean belongs = switch (family) {
            case TABLE -> CHANGE.matcher(name).matches();
            case ANY_CSV -> name.toLowerCase(Locale.ROOT).endsWith(".csv");
            case TRANSACTIONS -> TRANSACTIONS.matcher(name).matches();
        };
        return belongs ? new DataFile(CHANGES + '/' + name, file, 0) : null;
    }

    /** A folder relative to the root, without a slash at either end; empty for the root. */
    static String normalFolder(String folder) {
        return folder.equals(".") ? "" : folder.replaceAll("^/+|/+$", "");
    }

    static boolean isCompressed(String name) {
        return name.endsWith(".gz");
    }

    private static String withoutCompression(String name) {
        return isCompressed(name) ? name.substring(0, name.length() - ".gz".length()) : name;
    }

    static boolean looksLikeData(String name) {
        return withoutCompression(name).endsWith(".csv");
    }

    static boolean isParquet(String name) {
        return withoutCompression(name).endsWith(".parquet");
    }

    /** Whether the name of a file, or of a folder that it lies in, marks what a writer has not finished or keeps for itself. */
    static boolean isUnfinished(String name) {
        return name.startsWith(".") || name.startsWith("_") || name.endsWith(".tmp") || name.endsWith(".part");
    }

    /** Whether a folder's name is one that date partitioning gives, in any of its sequences and with any delimiter. */
    static boolean isDatePartition(String folder) {
        return DATE_PARTITION.matcher(folder).matches();
    }
}
