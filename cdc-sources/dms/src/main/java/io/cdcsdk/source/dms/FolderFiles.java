package io.cdcsdk.source.dms;

import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.PositionLost;
import io.cdcsdk.api.Retryable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of one lane: what is there, what may be read next, and what is wrong with it. */
final class FolderFiles {
    private static final Logger LOG = LoggerFactory.getLogger(FolderFiles.class);

    private final DmsStorage storage;
    private final FolderScan scan;
    private final String lane;
    private final String folder;
    private final ReadRules rules;
    private final Settling settling;
    private final Patience patience;
    private Set<String> known = Set.of();
    private final Map<String, StoredFile> read = new HashMap<>();
    private List<DataFile> all = List.of();
    private Deque<DataFile> unread = new ArrayDeque<>();
    private long unreadBytes;
    private int ready;
    private @Nullable DataFile lastRead;
    private boolean folderSeen;
    private boolean absenceTold;
    private long listings;

    FolderFiles(DmsStorage storage, FolderScan scan, String lane, ReadRules rules) {
        this.storage = storage;
        this.scan = scan;
        this.lane = lane;
        this.folder = scan.folder();
        this.rules = rules;
        this.settling = new Settling(rules.settleTime());
        this.patience = new Patience(rules.patience());
    }

    /**
     * Looks at the folder anew. After a throw everything is as before.
     *
     * @param progress how far the lane has been read, or null if nothing of it has
     * @throws Fatal if files that were read, or that are needed, have gone or changed, or came too late
     */
    void refresh(@Nullable Position progress) {
        List<DataFile> files;
        try {
            files = scan.files(storage);
        } catch (NoSuchFileException e) {
            absent(progress);
            return;
        } catch (IOException e) {
            throw new Retryable("listing " + folder + " in " + storage.location() + " failed: " + e.getMessage(), e);
        }
        checkUnchanged(files);
        if (progress != null) {
            checkThere(files, progress);
            if (!folderSeen && progress.path().startsWith(FileNames.CHANGES)) {
                checkNotReloaded(files, progress, files);
            }
        }
        List<DataFile> toRead = new ArrayList<>();
        List<DataFile> toRemember = new ArrayList<>();
        for (DataFile file : files) {
            if (!isRead(file, progress)) {
                toRead.add(file);
            } else if (!folderSeen && file.isLoad()) {
                // Read by an earlier run; when it changes now, the table is loaded anew.
                toRemember.add(file);
            } else if (folderSeen && !known.contains(file.place()) && !isLastRead(file, progress)) {
                late(file, progress);
            }
        }
        // Only what is there is remembered: a folder that is watched for months sees any number of files come and go.
        known = files.stream().map(DataFile::place).collect(Collectors.toSet());
        read.keySet().retainAll(known);
        toRemember.forEach(file -> read.put(file.place(), file.stored()));
        folderSeen = true;
        all = files;
        unread = new ArrayDeque<>(toRead);
        unreadBytes = toRead.stream().mapToLong(file -> file.stored().size()).sum();
        int settled = settling.settled(toRead);
        ready = settled > 0 && patience.isHolding(toRead.get(0).stored()) ? 0 : settled;
        listings++;
    }

    private static boolean isRead(DataFile file, @Nullable Position progress) {
        if (progress == null) {
            return false;
        }
        int order = file.place().compareTo(progress.path());
        return order < 0 || order == 0 && progress.offset() >= RecordHandler.COMPLETED;
    }

    private static boolean isLastRead(DataFile file, @Nullable Position progress) {
        return progress != null && progress.path().equals(file.place());
    }

    private void absent(@Nullable Position progress) {
        if (folderSeen || progress != null) {
            throw new Fatal("the folder '" + folder + "' of lane " + lane + " has vanished from " + storage.location()
                    + ". DMS deletes a table's files when the table is truncated or loaded anew at the source; this is not "
                    + "taken for an empty table. Find out what happened there and see that the files are back or that a "
                    + "full load runs; then, " + rules.howToStartOver());
        }
        if (!absenceTold) {
            absenceTold = true;
            LOG.atWarn().addKeyValue("lane", lane).addKeyValue("folder", folder).log("The folder is not there");
        }
        listings++;
    }

    private void checkUnchanged(List<DataFile> files) {
        for (DataFile file : files) {
            StoredFile before = read.get(file.place());
            if (before != null && before.path().equals(file.path()) && !before.equals(file.stored())) {
                throw new Fatal(file.path() + " has changed after it was read, from " + shown(before) + " to "
                        + shown(file.stored()) + ". Write files under a name that begins with . or ends with .tmp and "
                        + "rename them, or raise settle-time from " + rules.settleTime() + "; "
                        + rules.howToStartOver());
            }
        }
    }

    private static String shown(StoredFile file) {
        return file.size() + " bytes of " + file.modified();
    }

    private void checkThere(List<DataFile> files, Position progress) {
        boolean inside = progress.path().indexOf('/') > 0 && progress.offset() < RecordHandler.COMPLETED;
        if (inside && files.stream().noneMatch(file -> file.place().equals(progress.path()))) {
            throw new PositionLost("lane " + lane + " was read up to record " + progress.offset() + " of "
                    + DataFile.nameIn(progress.path()) + ", and that file is not in the folder '" + folder + "' of "
                    + storage.location() + " any more. Put it back; or, " + rules.howToStartOver());
        }
    }

    /**
     * To be called when nothing but changes is left to read of a table whose changes are files of another lane.
     *
     * @param readUpTo how far the other lane was read
     * @throws Fatal if the table was loaded anew since
     */
    void checkNotReloaded(Position readUpTo, FolderFiles changes) {
        checkNotReloaded(all, readUpTo, changes.all);
    }

    private void checkNotReloaded(List<DataFile> files, Position readUpTo, List<DataFile> changes) {
        DataFile load = Reloads.newerLoad(files, readUpTo, changes);
        if (load != null) {
            throw new Fatal("the table of lane " + lane + " was loaded anew at the source: " + load.path() + " of "
                    + load.stored().modified() + " is newer than " + DataFile.nameIn(readUpTo.path())
                    + ", up to which changes have been read. Nothing of it has been read: " + rules.howToStartOver()
                    + ". If it is an old load file that was copied or restored later, move it away, as it is not needed any "
                    + "more");
        }
    }

    private void late(DataFile file, @Nullable Position progress) {
        String newer = newerThan(progress);
        if (rules.lateFiles() == DmsOption.LateFiles.FAIL) {
            throw new Fatal(file.path() + " has appeared only after " + newer
                    + ". Its records cannot be put in their place any more: " + rules.howToStartOver()
                    + ", or leave the file out with late-files=ignore");
        }
        LOG.atWarn()
                .addKeyValue("file", file.path())
                .addKeyValue("after", newer)
                .log("The file appeared too late and is left out");
    }

    /** What a file that sorts before the progress has come too late for. */
    private String newerThan(@Nullable Position progress) {
        if (progress != null && progress.path().equals(FileNames.LOADED)) {
            return "the snapshot was complete";
        }
        String newer = lastRead != null ? lastRead.path() : progress == null ? "" : DataFile.nameIn(progress.path());
        return newer + ", which sorts behind it, was read";
    }

    /** The next file that may be read, or null. */
    @Nullable
    DataFile next() {
        return ready > 0 ? unread.peek() : null;
    }

    /** Takes the next file off: it has been read. */
    void hasBeenRead() {
        DataFile file = unread.remove();
        ready--;
        unreadBytes -= file.stored().size();
        read.put(file.place(), file.stored());
        lastRead = file;
    }

    /**
     * Tells that the next file ends too early.
     *
     * @return whether it is waited for; otherwise it stays the next file
     */
    boolean awaitRest() {
        DataFile file = unread.peek();
        if (file == null || !patience.waitsFor(file.stored())) {
            return false;
        }
        LOG.atWarn()
                .addKeyValue("file", file.path())
                .addKeyValue("bytes", file.stored().size())
                .log("The file is not whole; waiting for it to grow");
        ready = 0;
        return true;
    }

    /** The load files that are there, read or not, in order. */
    List<DataFile> loads() {
        return all.stream().takeWhile(DataFile::isLoad).toList();
    }

    /** Whether a load file is there that has not been read, be it that it has not settled. */
    boolean hasUnreadLoad() {
        return !unread.isEmpty() && unread.element().isLoad();
    }

    /** Whether a load in parallel segments is to be read, and more of its files may come. */
    boolean awaitsSegments() {
        return rules.watching()
                && rules.snapshotCompletion() == DmsOption.SnapshotCompletion.ON_FIRST_CHANGE_FILE
                && unread.stream().anyMatch(file -> file.segment() > 0)
                && all.get(all.size() - 1).isLoad();
    }

    /** Whether a file is there that has not settled yet. */
    boolean isWaiting() {
        return unread.size() > ready;
    }

    /** The bytes of the files that have not been read to their end, as the last listing showed them. */
    long unreadBytes() {
        return unreadBytes;
    }

    /** How often the folder was looked at. */
    long listings() {
        return listings;
    }
}
