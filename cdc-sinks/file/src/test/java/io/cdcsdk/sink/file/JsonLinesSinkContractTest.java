package io.cdcsdk.sink.file;

/** The contract of sinks, for JSON lines. */
class JsonLinesSinkContractTest extends FileSinkContract {
    JsonLinesSinkContractTest() {
        super(FileSink.Format.JSON_LINES, "jsonl");
    }
}
