/**
 * The built-in transforms: {@link io.cdcsdk.runtime.transform.Filter}, {@link io.cdcsdk.runtime.transform.Project}, {@link
 * io.cdcsdk.runtime.transform.Mask} and {@link io.cdcsdk.runtime.transform.Validate}.
 *
 * <p>Each is a value: every method that adds a rule returns a new transform and leaves the old one as it was. A transform
 * remembers what it worked out for the schemas that it has seen, so one instance belongs to one pipeline.
 */
@NullMarked
package io.cdcsdk.runtime.transform;

import org.jspecify.annotations.NullMarked;
