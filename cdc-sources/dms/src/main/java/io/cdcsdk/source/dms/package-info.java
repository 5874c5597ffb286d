/**
 * Reads the files that AWS DMS writes with S3 as its target: full loads as snapshots, change files as changes. Start at
 * {@link io.cdcsdk.source.dms.DmsFileSource}.
 */
@NullMarked
package io.cdcsdk.source.dms;

import org.jspecify.annotations.NullMarked;
