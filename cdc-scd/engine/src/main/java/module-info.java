/** The SCD2 engine, the contract of its stores, and a sink over any of them. */
module io.cdcsdk.scd {
    requires static org.jspecify;
    requires transitive io.cdcsdk.api;
    requires org.slf4j;

    exports io.cdcsdk.scd;
}
