package io.cdcsdk.source.dms;

import io.cdcsdk.api.Backlog;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.Lanes;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.SourceCapability;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Undecodable;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the CSV files that AWS DMS writes with S3 as its target, from a directory. Full loads become snapshots, change files
 * become inserts, updates and deletes with typed values.
 *
 * <p><b>Lanes and positions.</b> Each table's folder is a lane, named like the table; the folder with the changes of all tables
 * in commit order (DMS setting {@code PreserveTransactions}) is one more, {@code transactions:<folder>}. Load files are read by
 * their hexadecimal counter, then change files by name, whichever date partition they lie in and compressed ({@code .gz}) or
 * not. A position is the file's name and the number of the record, counted from 1, the header aside. Events of one file come
 * again with the same positions as long as the file is there; a file that has been read to its end, and acknowledged, may be
 * removed; so may load files, once the snapshot is complete. Exception: with a timestamp column the first load file that has a
 * record must stay until the snapshot is complete.
 *
 * <p><b>Transactions.</b> The files carry no transaction ids, not even those in commit order: as far as this source knows every
 * batch ends a transaction, so that a commit may fall inside a transaction of the origin. What a table held between two commits
 * may be a state that it never had at the origin.
 *
 * <p><b>Rows.</b> An unquoted {@code null-text} is null, an unquoted {@code no-supplemental-text} is absent. Columns with the
 * prefix {@code BI_} make up the {@code before} of an update; key columns that they do not tell are taken as unchanged. The
 * row of a delete is its {@code before}. The timestamp column gives the source time of changes; a snapshot and its rows have
 * the time of the first record in its files, or none if there is no record. {@code AR_H_CHANGE_SEQ} gives the source order.
 *
 * <p><b>Files that are being written</b> are not read: names that begin with {@code .} or {@code _} or end with {@code .tmp} or
 * {@code .part} are passed over, and any other file must have kept its size and time for the {@code settle-time}. A file whose
 * size or time changes after it was read stops the source at the next look at the folder.
 *
 * <p>A file whose last line has no end, a gzip file that ends too early, and one that ends within a quote are not whole
 * ({@code last-line}): while watching the source reads the records that are and waits for the rest, with a warning, for ten times
 * the settle time.
 *
 * <p><b>What stops the source</b>, each with a message that says what to do:
 *
 * <ul>
 *   <li>a table's folder, or the directory, is gone though it was there or a cursor exists: DMS deletes a table's files when the
 *       table is truncated or loaded anew;
 *   <li>a load file was written after the change file up to which changes were read when the source starts: the table was
 *       loaded anew while it was down. The time of a change file that is gone is taken from its name, in UTC. Not noticed are a
 *       load before the first change file was read, one within the hours by which another time zone puts names ahead, and one
 *       in a folder whose change files got their times by copying (more than a day apart from their names);
 *   <li>the file in the middle of which a cursor stands is gone ({@link io.cdcsdk.api.PositionLost});
 *   <li>a file appears after one that sorts behind it was read ({@code late-files}); one that appears while the source is down
 *       cannot be told from one that was read;
 *   <li>two files of one name and different sizes; with the same size one of them is read;
 *   <li>a file that cannot be opened or is not whole, a damaged gzip file, a Parquet file, a header that does not fit the table;
 *   <li>a record with the wrong number of fields, an unknown operation, a value that is not of its type, a key that is null, a
 *       broken quote or bytes that are not UTF-8 ({@link io.cdcsdk.api.BadRecord}, naming file and line); whoever polls may
 *       {@linkplain #skip() go past} most of these, or {@linkplain #halt() do without the lane}.
 * </ul>
 *
 * <p>An empty file, and one with a header alone, have no records; see {@link DmsOption.FullLoad#BY_COLUMN_COUNT} for the one
 * exception. The source takes no file away and remembers nothing: {@link #acknowledge} does nothing.
 */
public final class DmsFileSource implements Source {
    private final List<TableSchema> schemas;
    private final LaneReader reader;
    private final ReadRules rules;

    DmsFileSource(List<TableSchema> schemas, LaneReader reader, ReadRules rules) {
        this.schemas = List.copyOf(schemas);
        this.reader = reader;
        this.rules = rules;
    }

    /** Starts the configuration of a source. */
    public static DmsFileSourceBuilder builder() {
        return new DmsFileSourceBuilder();
    }

    /**
     * A source from options with the names that {@link DmsFileSourceBuilder} states. The tables are {@code tables}, a list such
     * as {@code public.person, public.city}, and for each of them {@code table.public.person.columns} such as {@code
     * person_id:int64:key, full_name:string}, and where needed {@code .key} (a list of columns), {@code .folder} and {@code
     * .file-columns}.
     *
     * @throws InvalidConfiguration naming every mistake
     */
    public static DmsFileSource fromProperties(Properties properties) {
        return DmsProperties.builder(properties).build();
    }

    /** Snapshots, and going on behind records that cannot be decoded, always; {@link SourceCapability#FINITE} unless it watches; keyless tables if one was declared. */
    @Override
    public Set<SourceCapability> capabilities() {
        EnumSet<SourceCapability> capabilities =
                EnumSet.of(SourceCapability.SNAPSHOT, SourceCapability.SKIPS_UNDECODABLE);
        if (!rules.watching()) {
            capabilities.add(SourceCapability.FINITE);
        }
        if (!schemas.stream().allMatch(TableSchema::hasKey)) {
            capabilities.add(SourceCapability.KEYLESS_TABLES);
        }
        return capabilities;
    }

    @Override
    public List<TableSchema> knownSchemas() {
        return schemas;
    }

    /** Claims the lanes of all tables, whether their folders are there or not: a cursor without a folder is an alarm. */
    @Override
    public void open(Lanes lanes) {
        Set<String> names = new LinkedHashSet<>();
        reader.lanes().forEach(lane -> names.add(lane.name()));
        Positions positions = lanes.claim(names);
        reader.lanes().forEach(lane -> lane.resume(positions.of(lane.name())));
    }

    @Override
    public EventBatch poll(Duration maxWait) throws InterruptedException {
        long started = System.nanoTime();
        long most = TimeUnit.NANOSECONDS.convert(maxWait);
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting for files");
            }
            EventBatch batch = reader.next();
            if (batch != null) {
                return batch;
            }
            if (reader.isFinished()) {
                return EventBatch.endOfSource();
            }
            long left = most - (System.nanoTime() - started);
            if (left <= 0) {
                return EventBatch.idle();
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(left, Math.max(0, reader.nanosToListing())));
        }
    }

    /**
     * Goes on behind a record with the wrong number of fields, or a field that cannot be read. Null for a quote that is not closed
     * or bytes that are not UTF-8, as nobody knows where the next record begins; for a header that is not one; and for the first
     * record of a file that may be a snapshot of its own ({@link DmsOption.FullLoad#BY_COLUMN_COUNT}), as it tells whether it is.
     *
     * <p>The record's content shows its values, also where {@code error-values} hides them from messages.
     */
    @Override
    public @Nullable Undecodable skip() {
        Lane lane = reader.takeFailed();
        Undecodable skipped = lane.skip();
        if (skipped == null) {
            reader.stillFailed(lane);
        }
        return skipped;
    }

    /** Changes in commit order wait for all full loads, also for one that is halted. */
    @Override
    public String halt() {
        Lane lane = reader.takeFailed();
        lane.halt();
        return lane.name();
    }

    /** Does nothing: the files stay where they are. */
    @Override
    public void acknowledge(Positions durable) {
        // Files are not the source's to remove.
    }

    /** The bytes of the files that the last look at the folders showed, those read to their end left out. */
    @Override
    public @Nullable Backlog backlog() {
        long bytes = reader.backlogBytes();
        return bytes < 0 ? null : Backlog.ofBytes(bytes);
    }

    @Override
    public void close() {
        reader.close();
    }
}
