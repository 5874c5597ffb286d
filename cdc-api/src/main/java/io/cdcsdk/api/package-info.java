/**
 * The vocabulary of change data capture: events, schemas, rows, positions, the contracts of sources and sinks, and the
 * errors that tell a caller what to do next.
 *
 * <p>Nothing in this package depends on a library at run time. Everything public here is a promise; types are immutable
 * unless their documentation says otherwise.
 */
@NullMarked
package io.cdcsdk.api;

import org.jspecify.annotations.NullMarked;
