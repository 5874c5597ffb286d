package io.cdcsdk.bench.scd;

import java.util.List;

/** Builds a whole history of changes that are there from the start. */
interface FullBuild extends AutoCloseable {
    /** Makes the input of a stream's first changes; not measured. */
    void load(ChangeStream stream, int changes);

    /** Builds the history of the input and keeps it in place of an earlier one. */
    void build();

    /** Lets the input go, so that the history alone takes memory. */
    void forgetInput();

    /** Lets the history go. */
    void forgetHistory();

    /** How many versions the history has. */
    long versions();

    /** The history, sorted by {@link PersonVersion#ORDER}. */
    List<PersonVersion> history();

    @Override
    default void close() {}
}
