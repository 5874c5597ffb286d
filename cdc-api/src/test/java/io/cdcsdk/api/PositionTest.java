package io.cdcsdk.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {
    @Test
    void comparesEpochThenPathThenOffset() {
        assertThat(new Position[] {
                    Position.of(-1, "z", 9),
                    Position.of(0, "", Long.MIN_VALUE),
                    Position.of(0),
                    Position.of(1),
                    Position.of(0, "a", -1),
                    Position.of(0, "a", 7),
                    Position.of(0, "ab", 0),
                    Position.of(1, "", 0)
                })
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void equalPositionsCompareAsEqualWithoutSharingThePath() {
        Position one = Position.of(1, "path", 2);
        Position same = Position.of(1, new String(new char[] {'p', 'a', 't', 'h'}), 2);
        assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).isEqualByComparingTo(same);
        assertThat(one.isAfter(same)).isFalse();
        assertThat(one).isNotEqualTo(Position.of(1, "path", 3)).isNotEqualTo(Position.of(2, "path", 2));
        assertThat(one).isNotEqualTo("1:1:2:path");
    }

    @Test
    void liesBehindNone() {
        assertThat(Position.of(Long.MIN_VALUE, "", Long.MIN_VALUE).isAfter(null))
                .isTrue();
        assertThat(Position.of(2).isAfter(Position.of(1))).isTrue();
        assertThat(Position.of(1).isAfter(Position.of(2))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "0, '', 0, 1:0:0:",
        "3, file.csv, 17, 1:3:17:file.csv",
        "-1, a:b:c:, -9, 1:-1:-9:a:b:c:",
        "9223372036854775807, 😀, -9223372036854775808, 1:9223372036854775807:-9223372036854775808:😀"
    })
    void comesBackFromItsText(long epoch, String path, long offset, String text) {
        Position position = Position.of(epoch, path, offset);
        assertThat(position.text()).isEqualTo(text);
        assertThat(position).hasToString(text);
        Position read = Position.parse(text);
        assertThat(read).isEqualTo(position);
        assertThat(read.epoch()).isEqualTo(epoch);
        assertThat(read.path()).isEqualTo(path);
        assertThat(read.offset()).isEqualTo(offset);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2:0:0:", "2", "17:anything at all"})
    void aNewerVersionIsFatal(String text) {
        assertThatThrownBy(() -> Position.parse(text))
                .isExactlyInstanceOf(Fatal.class)
                .hasMessageStartingWith("position '" + text + "' has format version ")
                .hasMessageEndingWith("this library reads up to 1: run the version that wrote it, or a newer one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1", "1:0", "1:0:0", "1:a:0:", "1:0:b:", "0:0:0:", "-1:0:0:", "1: 0:0:"})
    void whatIsNoPositionIsFatal(String text) {
        assertThatThrownBy(() -> Position.parse(text))
                .isExactlyInstanceOf(Fatal.class)
                .hasMessage("'" + text + "' is not a position; expected version:epoch:offset:path");
    }

    @Test
    void positionsHoldOneForEachLane() {
        Positions none = Positions.none();
        Positions one = none.with("a", Position.of(1));
        Positions two = one.with("b", Position.of(2)).with("a", Position.of(3));
        assertThat(none.isEmpty()).isTrue();
        assertThat(none.of("a")).isNull();
        assertThat(one.of("a")).isEqualTo(Position.of(1));
        assertThat(two.lanes()).containsExactly("a", "b");
        assertThat(two.asMap()).isEqualTo(Map.of("a", Position.of(3), "b", Position.of(2)));
        assertThat(two).isEqualTo(Positions.of(two.asMap())).hasSameHashCodeAs(Positions.of(two.asMap()));
        assertThat(one).isEqualTo(Positions.of("a", Position.of(1))).isNotEqualTo(two);
        assertThat(two).hasToString("{a=1:0:3:, b=1:0:2:}");
    }

    @Test
    void positionsCannotBeChanged() {
        Positions positions = Positions.of("a", Position.of(1));
        assertThatThrownBy(() -> positions.asMap().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> positions.lanes().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
