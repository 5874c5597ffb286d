package io.cdcsdk.runtime.deadletter;

import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.format.JsonDeadLetters;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One session on the files of a log. */
final class FileDeadLetterLog implements DeadLetterLog {
    private static final Logger LOG = LoggerFactory.getLogger(FileDeadLetterLog.class);

    private final String session;
    private final byte[] salt;
    private final LetterFolder folder;
    private final SegmentWriter writer;
    private boolean closed;

    FileDeadLetterLog(String session, byte[] salt, LetterFolder folder, SegmentWriter writer) {
        this.session = session;
        this.salt = salt;
        this.folder = folder;
        this.writer = writer;
    }

    @Override
    public String session() {
        return session;
    }

    @Override
    public byte[] salt() {
        return salt.clone();
    }

    @Override
    public void read(Visitor visitor) {
        requireOpen();
        try {
            folder.read(JsonDeadLetters.reader(), new LetterFolder.SegmentVisitor() {
                @Override
                public void segment(SegmentName segment, long first) {}

                @Override
                public void visit(DeadLetterRecord.Id id, DeadLetterRecord record) {
                    visitor.visit(id, record);
                }
            });
        } catch (IOException e) {
            throw Failures.of(e, "read the dead letters in", folder.path());
        }
    }

    @Override
    public void append(List<DeadLetterRecord> records) {
        requireOpen();
        if (!records.isEmpty()) {
            writer.append(records);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the session is closed");
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            writer.close();
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("folder", folder.path())
                    .addKeyValue("session", session)
                    .setCause(e)
                    .log("the session failed while closing; all that was appended is there");
        }
    }
}
