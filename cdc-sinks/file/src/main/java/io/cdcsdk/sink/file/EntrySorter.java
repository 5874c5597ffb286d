package io.cdcsdk.sink.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Sorts any number of entries in bounded memory: they wait in buffers, one for each schema, until they are spilled into sorted
 * runs; many small runs are merged into a larger one. Not safe for several threads.
 */
final class EntrySorter {
    /** A point to go back to. */
    record Mark(List<ChangeBuffer> buffers, List<ChangeBuffer.Mark> marks) {}

    /** So many runs of one level are merged at once. */
    private static final int MERGED_RUNS = 16;

    private final WorkFolder work;
    private List<Run> runs;
    private List<ChangeBuffer> buffers = List.of();

    /** A sorter that already has some runs. */
    EntrySorter(WorkFolder work, List<Run> runs) {
        this.work = work;
        this.runs = List.copyOf(runs);
    }

    boolean isEmpty() {
        return runs.isEmpty() && buffers.stream().allMatch(ChangeBuffer::isEmpty);
    }

    List<Run> runs() {
        return runs;
    }

    /** The heap that the buffers take. */
    long bytes() {
        long bytes = 0;
        for (ChangeBuffer buffer : buffers) {
            bytes += buffer.bytes();
        }
        return bytes;
    }

    Mark mark() {
        return new Mark(buffers, buffers.stream().map(ChangeBuffer::mark).toList());
    }

    /** Forgets the entries since a mark; nothing must have been spilled since. */
    void rollback(Mark mark) {
        buffers = mark.buffers;
        for (int i = 0; i < buffers.size(); i++) {
            buffers.get(i).rollback(mark.marks.get(i));
        }
    }

    /** Adds an entry; the schema is that of the last entry or a later one. */
    void add(int schemaIndex, Bytes entry) {
        if (buffers.isEmpty() || buffers.get(buffers.size() - 1).schemaIndex() != schemaIndex) {
            List<ChangeBuffer> more = new ArrayList<>(buffers);
            more.add(new ChangeBuffer(schemaIndex));
            buffers = List.copyOf(more);
        }
        buffers.get(buffers.size() - 1).add(entry);
    }

    /** Sorted cursors over all entries. */
    List<EntryCursor> cursors() throws IOException {
        List<EntryCursor> cursors = open(runs);
        for (ChangeBuffer buffer : buffers) {
            cursors.add(buffer.cursor());
        }
        return cursors;
    }

    private static List<EntryCursor> open(List<Run> runs) throws IOException {
        List<EntryCursor> cursors = new ArrayList<>();
        try {
            for (Run run : runs) {
                cursors.add(run.open());
            }
        } catch (IOException e) {
            for (EntryCursor cursor : cursors) {
                cursor.close();
            }
            throw e;
        }
        return cursors;
    }

    /** Moves what is in memory into runs. After an exception everything is where it was. */
    void spill(SchemaHistory history) throws IOException {
        List<EntryCursor> cursors = new ArrayList<>();
        buffers.stream().filter(buffer -> !buffer.isEmpty()).forEach(buffer -> cursors.add(buffer.cursor()));
        if (!cursors.isEmpty()) {
            Run run = write(cursors, history, 0);
            List<Run> more = new ArrayList<>(runs);
            more.add(run);
            runs = List.copyOf(more);
        }
        buffers = List.of();
        compact(history);
    }

    private void compact(SchemaHistory history) throws IOException {
        while (runs.size() >= MERGED_RUNS) {
            List<Run> last = runs.subList(runs.size() - MERGED_RUNS, runs.size());
            int level = last.get(0).level();
            if (last.stream().anyMatch(run -> run.level() != level)) {
                return;
            }
            Run merged = write(open(last), history, level + 1);
            List<Run> fewer = new ArrayList<>(runs.subList(0, runs.size() - MERGED_RUNS));
            fewer.add(merged);
            runs = List.copyOf(fewer);
            for (Run run : last) {
                work.discard(run.path());
            }
        }
    }

    private Run write(List<EntryCursor> cursors, SchemaHistory history, int level) throws IOException {
        var path = work.next("run");
        try (MergedEntries entries = new MergedEntries(cursors);
                FileOutput output = work.disk().create(path)) {
            new RunWriter(output, history).write(entries);
            Stored stored = output.finish(FileOutput.Durability.NOT_SYNCED);
            return new Run(path, stored, history.currentIndex(), level);
        } catch (IOException | RuntimeException e) {
            work.discard(path);
            throw e;
        }
    }

    /** Deletes the runs that are nobody else's, and forgets everything. */
    void discard() throws IOException {
        List<Run> old = runs;
        runs = List.of();
        buffers = List.of();
        for (Run run : old) {
            work.discard(run.path());
        }
    }
}
