package io.cdcsdk.source.dms;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Retryable;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One open file. What was read before a failure is handed out first; the failure then comes at every further call. */
final class RecordFile implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(RecordFile.class);
    private static final int GZIP_BUFFER_BYTES = 32 * 1024;
    private static final int FIRST_BUFFER_LENGTH = 16 * 1024;

    private final DmsStorage storage;
    private final String path;
    private final CsvFormat format;
    private final RecordHandler handler;
    private final @Nullable Utf8Reader text;
    private final @Nullable CsvReader<Boolean> reader;
    private final @Nullable CloseableIterator<Boolean> records;
    private @Nullable RawRecords raw;
    private @Nullable CdcException failure;
    private boolean unfinished;
    private boolean ended;

    private RecordFile(
            DmsStorage storage, String path, CsvFormat format, RecordHandler handler, @Nullable Utf8Reader text) {
        this.storage = storage;
        this.path = path;
        this.format = format;
        this.handler = handler;
        this.text = text;
        this.reader = text == null ? null : csvReader(format, handler, text);
        this.records = reader == null ? null : reader.iterator();
    }

    /**
     * Opens a file.
     *
     * @param handler takes the records
     * @throws Fatal if it cannot be read
     * @throws Retryable if a later try may succeed
     * @throws UnfinishedFile if it may be readable when it has grown
     */
    static RecordFile open(DmsStorage storage, DataFile file, CsvFormat format, RecordHandler handler) {
        String path = file.path();
        if (file.stored().size() == 0) {
            LOG.atWarn().addKeyValue("file", path).log("The file is empty");
            return new RecordFile(storage, path, format, handler, null);
        }
        InputStream stream;
        try {
            stream = storage.open(path);
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw unreadable(storage, path, e);
        } catch (IOException e) {
            throw failed(path, e);
        }
        try {
            return new RecordFile(
                    storage, path, format, handler, new Utf8Reader(plain(path, stream), format.lastLine()));
        } catch (IOException e) {
            close(stream, path);
            CdcException failure = failed(path, e);
            if (e instanceof EOFException) {
                throw new UnfinishedFile(failure);
            }
            throw failure;
        }
    }

    private static InputStream plain(String path, InputStream stream) throws IOException {
        return FileNames.isCompressed(path) ? new GZIPInputStream(stream, GZIP_BUFFER_BYTES) : stream;
    }

    static <T> CsvReader<T> csvReader(CsvFormat format, CsvCallbackHandler<T> handler, Utf8Reader text) {
        return CsvReader.builder()
                .fieldSeparator(format.delimiter())
                .quoteCharacter(format.quote())
                .skipEmptyLines(false)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowExtraCharsAfterClosingQuote(false)
                .allowUnclosedQuote(false)
                .maxBufferSize(bufferLength(format.maxFieldLength()))
                .build(handler, text);
    }

    /** The parser doubles its buffer up to the limit, and reads past the end of one whose length is not in that row. */
    private static int bufferLength(int maxFieldLength) {
        int length = FIRST_BUFFER_LENGTH;
        while (length < maxFieldLength) {
            length *= 2;
        }
        return length;
    }

    private static Fatal unreadable(DmsStorage storage, String path, IOException e) {
        return new Fatal(
                path + " in " + storage.location() + " cannot be read ("
                        + e.getClass().getSimpleName() + ": " + e.getMessage()
                        + "). Check that it is a file, still there, and may be read",
                e);
    }

    private static CdcException failed(String path, IOException e) {
        if (e instanceof ZipException || e instanceof EOFException) {
            return new Fatal(
                    path + " is not a whole gzip file (" + e.getMessage() + "): it is damaged or was cut off. "
                            + "Replace it by an undamaged copy",
                    e);
        }
        if (e instanceof UnendedLineException) {
            return new Fatal(
                    path
                            + ": its last line has no end: it is still being written or was cut off. Replace it by the whole file, "
                            + "or set last-line=may-lack-end if whoever writes the files leaves that end out",
                    e);
        }
        return new Retryable("reading " + path + " failed: " + e.getMessage(), e);
    }

    /**
     * Reads on until the handler has a batch of events or the file ends.
     *
     * @return whether the handler has events, or the file may hold more
     * @throws UnfinishedFile if more may be read when the file has grown
     */
    boolean read() {
        if (failure != null) {
            throw unfinished ? new UnfinishedFile(failure) : failure;
        }
        if (ended) {
            return false;
        }
        try {
            if (records != null && records.hasNext()) {
                records.next();
                FieldError fault = handler.fault();
                if (fault == null) {
                    return true;
                }
                failure = new BadRecord(at() + fault.getMessage(), fault);
            } else {
                handler.endOfFile();
                ended = true;
                return handler.hasEvents();
            }
        } catch (CsvParseException e) {
            failure = translated(e);
            // An open quote, that is: what the handler refuses is a whole record.
            unfinished = hasEnded() && !(e.getCause() instanceof CdcException);
        } catch (UncheckedIOException e) {
            IOException cause = Objects.requireNonNull(e.getCause());
            failure = cause instanceof CharacterCodingException
                    ? new BadRecord(at() + "the bytes are not UTF-8", e)
                    : failed(path, cause);
            unfinished = hasEnded() || cause instanceof EOFException;
        } catch (CdcException e) {
            failure = e;
        }
        if (handler.hasEvents()) {
            return true;
        }
        throw unfinished ? new UnfinishedFile(failure) : failure;
    }

    /** Whether the last {@link #read} failed at a record behind which the next one is known to begin. */
    boolean mayPass() {
        return failure != null && handler.mayPass();
    }

    /** What is wrong with the record at fault, and where, without a value of it. */
    String fault() {
        return at() + Objects.requireNonNull(handler.fault()).withoutValue();
    }

    /** The record at fault as it stands in the file; null if the file cannot be read once more. */
    @Nullable
    String content() {
        try {
            if (raw == null) {
                raw = openRaw();
            }
            return raw.beginningAt(handler.line);
        } catch (IOException | UncheckedIOException | CsvParseException e) {
            LOG.atWarn()
                    .addKeyValue("file", path)
                    .setCause(e)
                    .log("The record at line {} could not be read once more for the dead letters", handler.line);
            return null;
        }
    }

    private RawRecords openRaw() throws IOException {
        InputStream stream = storage.open(path);
        try {
            return new RawRecords(format, new Utf8Reader(plain(path, stream), DmsOption.LastLine.MAY_LACK_END));
        } catch (IOException e) {
            close(stream, path);
            throw e;
        }
    }

    /** Goes on behind the record at fault; false if that cannot be. */
    boolean pass() {
        if (!mayPass()) {
            return false;
        }
        handler.pass();
        failure = null;
        return true;
    }

    private boolean hasEnded() {
        return text != null && text.ended();
    }

    /** Whether all was read and handed out. */
    boolean ended() {
        return ended;
    }

    private CdcException translated(CsvParseException e) {
        Throwable cause = e.getCause();
        if (cause instanceof CdcException known) {
            return known;
        } else if (cause instanceof Error error) {
            throw error;
        } else if (cause instanceof RuntimeException unexpected && !(cause instanceof CsvParseException)) {
            throw unexpected;
        }
        String message = at() + "the record is not CSV: "
                + (format.hidesValues() ? "" : reason(e) + ". ")
                + "A quote is not closed or not doubled, or a field is longer than max-field-length="
                + format.maxFieldLength();
        return format.hidesValues() ? new BadRecord(message) : new BadRecord(message, e);
    }

    private static String reason(CsvParseException e) {
        Throwable cause = e.getCause();
        return String.valueOf(cause == null ? e.getMessage() : cause.getMessage())
                .strip();
    }

    private String at() {
        return path + ", line " + handler.line + ": ";
    }

    @Override
    public void close() {
        if (reader != null) {
            close(reader, path);
        }
        if (raw != null) {
            close(raw, path);
        }
    }

    private static void close(Closeable resource, String path) {
        try {
            resource.close();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("file", path).setCause(e).log("The file could not be closed");
        }
    }
}
