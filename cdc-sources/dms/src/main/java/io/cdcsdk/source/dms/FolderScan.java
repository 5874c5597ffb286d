package io.cdcsdk.source.dms;

import io.cdcsdk.api.Fatal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells which files of a folder belong to a lane, and in which order they are read. */
final class FolderScan {
    private static final Logger LOG = LoggerFactory.getLogger(FolderScan.class);

    private final String folder;
    private final String prefix;
    private final FileNames.Family family;
    private final List<String> otherPrefixes;
    private final @Nullable Pattern otherLoads;
    private Set<String> told = Set.of();
    private Set<String> toldNow = new HashSet<>();

    /**
     * A scan.
     *
     * @param others the folders of the other lanes: what lies in them does not belong to this one
     */
    FolderScan(String folder, FileNames.Family family, Collection<String> others) {
        this(folder, family, others, null);
    }

    /**
     * A scan.
     *
     * @param otherLoads what further names of load files match, without compression; null for none
     */
    FolderScan(String folder, FileNames.Family family, Collection<String> others, @Nullable Pattern otherLoads) {
        this.otherLoads = otherLoads;
        this.folder = folder;
        this.prefix = prefix(folder);
        this.family = family;
        this.otherPrefixes = others.stream()
                .map(FolderScan::prefix)
                .filter(other -> other.length() > prefix.length() && other.startsWith(prefix))
                .toList();
    }

    private static String prefix(String folder) {
        return folder.isEmpty() ? "" : folder + '/';
    }

    String folder() {
        return folder;
    }

    /**
     * The files in reading order.
     *
     * @throws Fatal if two files of one name differ, or files are of a format that is not read
     */
    List<DataFile> files(DmsStorage storage) throws IOException {
        TreeMap<String, DataFile> byPlace = new TreeMap<>();
        toldNow = new HashSet<>();
        for (StoredFile stored : storage.list(folder)) {
            DataFile file = belonging(stored);
            if (file != null) {
                byPlace.merge(file.place(), file, this::same);
            }
        }
        // What has gone is told anew when it comes again; remembering it for ever would fill the memory.
        told = toldNow;
        return new ArrayList<>(byPlace.values());
    }

    private @Nullable DataFile belonging(StoredFile stored) {
        if (otherPrefixes.stream().anyMatch(stored.path()::startsWith)) {
            return null;
        }
        String[] parts = stored.path().substring(prefix.length()).split("/");
        for (String part : parts) {
            if (FileNames.isUnfinished(part)) {
                return null;
            }
        }
        for (int i = 0; i < parts.length - 1; i++) {
            if (!FileNames.isDatePartition(parts[i])) {
                tellOnce(parts[i], "The folder is no date partition and is left out", stored);
                return null;
            }
        }
        if (FileNames.isParquet(stored.name())) {
            throw new Fatal(stored.path() + " is a Parquet file, and this source reads CSV: set the DMS endpoint to "
                    + "DataFormat=csv, or move the file away");
        }
        DataFile file = FileNames.dataFile(stored, family, otherLoads);
        if (file == null) {
            tellOnce(stored.path(), "The file is neither a load nor a change file by its name and is left out", stored);
        }
        return file;
    }

    private void tellOnce(String subject, String message, StoredFile stored) {
        if (isNew(subject)) {
            LOG.atWarn().addKeyValue("file", stored.path()).log(message);
        }
    }

    private boolean isNew(String subject) {
        return toldNow.add(subject) && !told.contains(subject);
    }

    private DataFile same(DataFile first, DataFile second) {
        if (first.stored().size() != second.stored().size()) {
            throw new Fatal(first.path() + " (" + first.stored().size() + " bytes) and " + second.path() + " ("
                    + second.stored().size()
                    + " bytes) have one name and differ, so that it is not known which is right. Remove one of them");
        }
        DataFile kept = first.path().compareTo(second.path()) < 0 ? first : second;
        if (isNew(first.place())) {
            LOG.atWarn()
                    .addKeyValue("file", kept.path())
                    .addKeyValue("other", (kept == first ? second : first).path())
                    .log("Two files have one name and one size; one of them is left out");
        }
        return kept;
    }
}
