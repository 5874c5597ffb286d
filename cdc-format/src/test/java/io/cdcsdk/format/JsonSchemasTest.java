package io.cdcsdk.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSchemasTest {
    private static final String TEXT = "{\"format\":\"cdc-schema/1\",\"table\":\"shop.\\\"a.b\\\"\",\"version\":7,"
            + "\"columns\":[{\"name\":\"id\",\"type\":\"int64\",\"required\":true},"
            + "{\"name\":\"tags\",\"type\":\"array(string)\"}],\"key\":[\"id\"]}";

    @Test
    void writesAndReadsTheDocumentedForm() {
        TableSchema schema = TableSchema.builder(TableId.of("shop", "a.b"))
                .version(7)
                .key("id", LogicalType.INT64)
                .column("tags", LogicalType.array(LogicalType.STRING))
                .build();
        assertThat(JsonSchemas.write(schema)).isEqualTo(TEXT);
        assertThat(JsonSchemas.read(TEXT)).isEqualTo(schema);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void everySchemaComesBack(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            TableSchema schema = RandomEvents.schema(random);
            byte[] stored = JsonSchemas.write(schema).getBytes(StandardCharsets.UTF_8);
            assertThat(JsonSchemas.read(new String(stored, StandardCharsets.UTF_8)))
                    .isEqualTo(schema);
        }
    }

    @Test
    void aNewerVersionIsFatal() {
        assertThatThrownBy(() -> JsonSchemas.read(TEXT.replace("schema/1", "schema/12")))
                .isExactlyInstanceOf(Fatal.class)
                .hasMessage("JSON schema has the format cdc-schema/12, and this library reads up to cdc-schema/1: "
                        + "run the version that wrote it, or a newer one");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "format":"cdc-schema/1", | ``                | JSON schema, as a whole: a schema needs the field 'format'
            ,"key":["id"]            | ``                | JSON schema, as a whole: a schema needs the field 'key'
            "key":["id"]             | "key":["id","id"] | JSON schema, as a whole: the key of shop."a.b" names a column twice: [id, id]
            "key":["id"]             | "key":"id"        | JSON schema, /key: expected an array, and found a string
            "key":["id"]             | "key":[1]         | JSON schema, /key/0: expected a string, and found a number
            "name":"tags"            | "name":"id"       | JSON schema, as a whole: shop."a.b" has two columns named 'id'
            "name":"tags"            | "name":""         | JSON schema, /columns/1: a column needs a name
            "name":"tags",           | ``                | JSON schema, /columns/1: a column needs a name and a type
            "name":"tags"            | "label":"tags"    | JSON schema, /columns/1/label: is not a field of a column; expected name, type and required
            "version":7              | "age":7           | JSON schema, /age: is not a field of a schema; expected table, version, columns and key
            "version":7              | "version":"7"     | JSON schema, /version: expected a whole number, and found a string
            "version":7              | "version":2147483648 | JSON schema, /version: expected a version, a whole number from 1 to 2147483647
            """)
    void namesThePlaceOfEveryMistake(String found, String replacement, String message) {
        assertThat(TEXT).contains(found);
        assertThatThrownBy(() -> JsonSchemas.read(TEXT.replace(found, replacement)))
                .isExactlyInstanceOf(BadRecord.class)
                .hasMessage(message);
    }

    @Test
    void aSchemaWithoutColumnsIsNone() {
        assertThatThrownBy(() -> JsonSchemas.read(TEXT.replaceAll("\\[\\{.*\\}\\]", "[]")))
                .isExactlyInstanceOf(BadRecord.class);
    }
}
