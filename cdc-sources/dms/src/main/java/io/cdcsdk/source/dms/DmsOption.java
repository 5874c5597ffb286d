package io.cdcsdk.source.dms;

/** The choices that options of {@link DmsFileSource} have. Each option takes the constant's name in lower case with dashes. */
public final class DmsOption {
    private DmsOption() {}

    /** {@code header}: whether files begin with a line of column names (DMS setting {@code AddColumnName}). */
    public enum Header {
        /** Every file begins with one. Columns are found by name, in any order. */
        PRESENT,
        /** No file has one. Columns are found by their place, as {@link DmsTable#fileColumns()} states. */
        NONE
    }

    /** {@code last-line}: whether the last line of a file has an end, by which a whole file is told from one that was cut off. */
    public enum LastLine {
        /**
         * It must: a file without is still being written, or was cut off. While watching it is waited for, for ten times the
         * settle time; after that, or without watching, the source stops.
         */
        MUST_END,
        /** It may lack its end, as whoever writes the files leaves it out: a file that was cut off is not noticed. */
        MAY_LACK_END
    }

    /** {@code error-values}: what messages about a field that cannot be read show of it. A value may be personal data. */
    public enum ErrorValues {
        /** Its first 80 characters. */
        SHOW,
        /**
         * How many characters it has. Names of columns in a header that the table is not declared with are hidden too: a file
         * without a header begins with values. The text of a record that is skipped is not handed out either.
         */
        HIDE
    }

    /** {@code operation-column}: whether the first column of a file is {@code Op}. */
    public enum OperationColumn {
        /** Each file tells: by its header, or by having one column more than the table's files have without it. */
        AUTO,
        /** Every file has it. */
        PRESENT,
        /** No file has it: rows of change files are inserts. */
        NONE
    }

    /** {@code full-load}: what tells a full load from changes. */
    public enum FullLoad {
        /**
         * The file's name: {@code LOAD...} and {@code SEGMENT1_LOAD...} files together are one snapshot, files named by date and
         * time are changes. Other files are left out, with a warning.
         */
        BY_NAME,
        /**
         * The number of columns, whatever the file's name: each file without {@code Op} is a complete snapshot of its own that
         * replaces the table, each file with it holds changes. A file that has only its header line is a snapshot without rows,
         * or no change; an empty file is neither. {@code LOAD...} files come first, the others in the order of their names.
         */
        BY_COLUMN_COUNT
    }

    /** {@code snapshot-completion}: when the snapshot made up of a table's load files is complete. */
    public enum SnapshotCompletion {
        /** When the first change file is there: DMS writes it only after the full load. */
        ON_FIRST_CHANGE_FILE,
        /** When a new look at the folder shows no load file that has not been read; also when the first change file is there. */
        ON_QUIET,
        /**
         * Never, and it does not begin either: the rows are added to what the target has, and nothing that is missing in the
         * load is removed.
         */
        NEVER
    }

    /** {@code watch}: whether files that appear later are read. */
    public enum Watch {
        /** The source never ends; folders and the directory itself may appear later. */
        ON,
        /** The source ends when everything that it found has been read and a last look found nothing new. */
        OFF
    }

    /** {@code late-files}: what to do about a file that appears after one that sorts behind it has been read. */
    public enum LateFiles {
        /** Stop: its changes would be lost or applied in the wrong order. */
        FAIL,
        /** Leave it out, with a warning. */
        IGNORE
    }

    /** {@code unknown-columns}: what to do about a column in a header line that the table was not declared with. */
    public enum UnknownColumns {
        /** Stop: a column was added at the source, and its values would be lost. */
        FAIL,
        /** Leave it out, with a warning. */
        IGNORE
    }

    /** {@code missing-columns}: what to do about a declared column that a header line lacks. */
    public enum MissingColumns {
        /** Stop. */
        FAIL,
        /** Hand out the column as absent: the file was written before the column was added. A key column must be there. */
        ABSENT
    }
}
