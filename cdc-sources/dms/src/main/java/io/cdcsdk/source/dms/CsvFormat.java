package io.cdcsdk.source.dms;

import org.jspecify.annotations.Nullable;

/** How the text of the files is to be taken apart. */
record CsvFormat(
        DmsOption.Header header,
        char delimiter,
        char quote,
        String nullText,
        @Nullable String noSupplementalText,
        int maxFieldLength,
        DmsOption.LastLine lastLine) {}
