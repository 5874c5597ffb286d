package io.cdcsdk.scd;

/** What orders the events of a key, and from when on a version is valid. */
public sealed interface Sequence {
    /**
     * The source order decides. A version is valid from the commit time, made monotone: the running maximum over the events of
     * its key. The current versions mirror the source table.
     */
    static Sequence sourceOrder() {
        return new SourceOrder();
    }

    /**
     * The commit time decides, the source order breaks ties. For transports that deliver changes of one key in any order and
     * tell no source order; right as long as the clock of the source does not run backwards.
     */
    static Sequence commitTime() {
        return new CommitTime();
    }

    /**
     * A column of the table decides, the source order breaks ties. Truncates and the starts of snapshots use
     * the commit time; so do deletes, unless their column is later: the row before a delete has the sequence of an older change.
     *
     * @param name a timestamp or instant column
     */
    static Sequence column(String name) {
        return new Column(name);
    }

    /** See {@link #sourceOrder()}. */
    record SourceOrder() implements Sequence {}

    /** See {@link #commitTime()}. */
    record CommitTime() implements Sequence {}

    /**
     * See {@link #column(String)}.
     *
     * @param name the column
     */
    record Column(String name) implements Sequence {
        public Column {
            if (name.isBlank()) {
                throw new IllegalArgumentException("the sequence column needs a name");
            }
        }
    }
}
