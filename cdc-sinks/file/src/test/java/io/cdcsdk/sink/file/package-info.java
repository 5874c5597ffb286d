@NullMarked
package io.cdcsdk.sink.file;

import org.jspecify.annotations.NullMarked;
