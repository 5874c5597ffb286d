package io.cdcsdk.scd;

/** What decides between events of one key whose sequence is the same. */
public enum TieRule {
    /** The source order, then the lane's name, then the position. */
    SOURCE_ORDER,
    /** The lane's name, then the position: for sources whose order is not to be trusted. */
    POSITION
}
