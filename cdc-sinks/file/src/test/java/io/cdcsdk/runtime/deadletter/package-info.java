@NullMarked
package io.cdcsdk.runtime.deadletter;

import org.jspecify.annotations.NullMarked;
