/** A sink that keeps one consolidated CSV or JSON-lines file for each table. */
@NullMarked
package io.cdcsdk.sink.file;

import org.jspecify.annotations.NullMarked;
