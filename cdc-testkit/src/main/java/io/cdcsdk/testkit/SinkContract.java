package io.cdcsdk.testkit;

/**
 * What every sink must do, as tests. A sink is proven by a class that extends this one:
 *
 * <pre>{@code
 * class RedisSinkTest extends SinkContract {
 *     private final EmbeddedRedis redis = EmbeddedRedis.start();
 *
 *     @Override
 *     protected Sink newSink() {
 *         return RedisSink.builder().address(redis.address()).build();
 *     }
 *
 *     @Override
 *     protected List<Row> rows(TableSchema schema) {
 *         return redis.readAll(schema);
 *     }
 * }
 * }</pre>
 *
 * <p>JUnit makes an instance for each test method, so that a field of the class is the target that all sinks of one method
 * share. What a sink does not declare among its capabilities must fail; what it declares must hold.
 */
public abstract class SinkContract extends SinkFixture {}
