package io.cdcsdk.testkit;

import io.cdcsdk.api.Position;
import io.cdcsdk.scd.Rejected;

/** An event that is rejected, told by its place. */
record HistoryRejection(String lane, Position position, Rejected.Category category) {}
