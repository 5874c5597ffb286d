package io.cdcsdk.testkit;

import io.cdcsdk.api.SinkCapability;

/** A sink that can do nothing but take inserts. */
class BareInMemorySinkTest extends InMemorySinkTest {
    @Override
    InMemorySink.Builder builder() {
        InMemorySink.Builder builder = super.builder();
        for (SinkCapability capability : SinkCapability.values()) {
            builder.without(capability);
        }
        return builder;
    }
}
