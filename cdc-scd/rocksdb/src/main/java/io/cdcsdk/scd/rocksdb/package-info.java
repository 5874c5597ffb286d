/** A history store on local disk, for histories beyond the heap. */
@NullMarked
package io.cdcsdk.scd.rocksdb;

import org.jspecify.annotations.NullMarked;
