/** Tests of where dead letters are kept. */
@NullMarked
package io.cdcsdk.runtime.deadletter;

import org.jspecify.annotations.NullMarked;
