/** Tests of http. */
@NullMarked
package io.cdcsdk.runtime.http;

import org.jspecify.annotations.NullMarked;
