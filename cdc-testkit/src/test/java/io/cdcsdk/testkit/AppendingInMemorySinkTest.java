package io.cdcsdk.testkit;

import io.cdcsdk.api.SinkCapability;

/** A sink that cannot change rows by key. */
class AppendingInMemorySinkTest extends InMemorySinkTest {
    @Override
    InMemorySink.Builder builder() {
        return super.builder().without(SinkCapability.UPSERT);
    }
}
