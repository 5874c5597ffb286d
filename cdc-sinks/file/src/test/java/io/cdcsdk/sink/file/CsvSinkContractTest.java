package io.cdcsdk.sink.file;

/** The contract of sinks, for CSV. */
class CsvSinkContractTest extends FileSinkContract {
    CsvSinkContractTest() {
        super(FileSink.Format.CSV, "csv");
    }
}
