package io.cdcsdk.bench.scd;

/** A version of the peer without the SDK: its bounds move in place. */
final class MutableVersion {
    final Person person;
    long validFrom;
    long validTo;

    MutableVersion(Person person, long validFrom, long validTo) {
        this.person = person;
        this.validFrom = validFrom;
        this.validTo = validTo;
    }

    PersonVersion toVersion() {
        return new PersonVersion(person, validFrom, validTo);
    }
}
