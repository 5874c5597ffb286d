package com.example.people;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.cdcsdk.api.LogicalType;
import org.junit.jupiter.api.Test;

class ConsumerTest {
    @Test
    void resolves() {
        assertEquals("int64", LogicalType.INT64.toString());
    }
}
