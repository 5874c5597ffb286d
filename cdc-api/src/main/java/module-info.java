/** Events, schemas, positions, the contracts of sources and sinks, and errors. */
module io.cdcsdk.api {
    requires static org.jspecify;

    exports io.cdcsdk.api;
}
