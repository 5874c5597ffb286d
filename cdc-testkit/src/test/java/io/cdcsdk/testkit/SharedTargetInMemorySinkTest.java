package io.cdcsdk.testkit;

/** A sink that commits all tables in one step. */
class SharedTargetInMemorySinkTest extends InMemorySinkTest {
    @Override
    InMemorySink.Builder builder() {
        return super.builder().sharedTarget("warehouse");
    }
}
