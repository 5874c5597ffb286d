/** Where dead letters are kept: {@link io.cdcsdk.runtime.deadletter.FileDeadLetterStore}, in files of a local disk. */
@NullMarked
package io.cdcsdk.runtime.deadletter;

import org.jspecify.annotations.NullMarked;
