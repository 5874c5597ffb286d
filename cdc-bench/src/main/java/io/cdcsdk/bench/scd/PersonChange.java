package io.cdcsdk.bench.scd;

/**
 * A change as the peer without the SDK has it.
 *
 * @param time in microseconds
 */
record PersonChange(char operation, long position, long time, Person person) {
    static PersonChange of(char operation, long position, long time, long id, int revision) {
        return new PersonChange(operation, position, time, Person.of(id, revision));
    }
}
