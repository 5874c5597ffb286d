/** The text form of values, and the lossless JSON form of events. */
@NullMarked
package io.cdcsdk.format;

import org.jspecify.annotations.NullMarked;
