@NullMarked
package io.cdcsdk.scd.rocksdb;

import org.jspecify.annotations.NullMarked;
