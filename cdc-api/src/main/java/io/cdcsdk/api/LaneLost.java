package io.cdcsdk.api;

/** Another writer has claimed the lane since this one did. The call changed nothing, and this writer must not go on. */
public final class LaneLost extends Fatal {
    private static final long serialVersionUID = 1L;

    private final String lane;

    /** A lost lane. */
    public LaneLost(String lane, String message) {
        super(message);
        this.lane = lane;
    }

    /** The lane that the other writer has now. */
    public String lane() {
        return lane;
    }
}
