package io.cdcsdk.testkit;

/**
 * What every source must do, as tests. A source is proven by a class that extends this one with a fixture: a new source over an
 * origin that lives as long as the test method, and a way to make that origin change.
 *
 * <p>JUnit makes an instance for each test method, so that a field of the class is the origin that all sources of one method
 * share. What a source does not declare among its capabilities must not occur; what it declares must hold.
 */
public abstract class SourceContract extends SourceFixture {}
