/** The text form of values, and the lossless JSON form of events. */
module io.cdcsdk.format {
    requires static org.jspecify;
    requires transitive io.cdcsdk.api;
    requires com.fasterxml.jackson.core;

    exports io.cdcsdk.format;
}
