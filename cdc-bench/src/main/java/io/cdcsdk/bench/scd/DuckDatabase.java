package io.cdcsdk.bench.scd;

import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** DuckDB in this process, in memory, with one thread. Tables {@code changes} (the input) and {@code history}. */
final class DuckDatabase implements AutoCloseable {
    private static final String CURRENT = "9223372036854775807";
    private static final String COLUMNS = "id, name, city, status, score, active, logins, updated";
    private static final String TYPES =
            "id BIGINT, name VARCHAR, city VARCHAR, status VARCHAR, score DOUBLE, active BOOLEAN, logins INTEGER, updated TIMESTAMP";
    private static final String TRACKED = "name, city, status, score, active, logins, updated";

    private final DuckDBConnection connection;
    private final Statement statement;

    DuckDatabase() {
        try {
            connection = DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
            statement = connection.createStatement();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        execute("SET threads = 1");
        execute("SET preserve_insertion_order = false");
        execute("CREATE TABLE changes (deleted BOOLEAN, position BIGINT, t BIGINT, " + TYPES + ")");
        createHistory();
    }

    private void createHistory() {
        execute("CREATE OR REPLACE TABLE history (" + TYPES + ", valid_from BIGINT, valid_to BIGINT)");
    }

    /** Replaces the input. */
    void load(MicroBatches.Batch batch) {
        execute("TRUNCATE changes");
        try (DuckDBAppender appender = connection.createAppender("changes")) {
            batch.deliver((operation, position, time, id, revision) ->
                    append(appender, operation, position, time, Person.of(id, revision)));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void append(DuckDBAppender to, char operation, long position, long time, Person person) {
        try {
            to.beginRow();
            to.append(operation == 'd').append(position).append(time);
            to.append(person.id())
                    .append(person.name())
                    .append(person.city())
                    .append(person.status())
                    .append(person.score())
                    .append(person.active())
                    .append(person.logins())
                    .appendEpochMicros(person.updated());
            to.endRow();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void forgetInput() {
        execute("TRUNCATE changes");
    }

    void forgetHistory() {
        createHistory();
    }

    /** Builds the history of the input from nothing. */
    void build() {
        execute("CREATE OR REPLACE TABLE history AS " + versionsOf("changes", "t"));
    }

    /**
     * Applies the input to the history: the versions that a change overlaps, and those after it, are taken as changes, built anew
     * together with the input, and replaced.
     */
    void merge() {
        execute("BEGIN");
        execute("CREATE OR REPLACE TEMP TABLE touched AS SELECT id, min(t) AS since FROM changes GROUP BY id");
        execute(
                "CREATE OR REPLACE TEMP TABLE replaced AS SELECT h.rowid AS row_number, h.* FROM history h JOIN touched USING (id)"
                        + " WHERE h.valid_to > touched.since");
        execute("CREATE OR REPLACE TEMP TABLE merged AS SELECT deleted, position, t, " + COLUMNS + " FROM changes"
                + " UNION ALL SELECT false, 0, valid_from, " + COLUMNS + " FROM replaced"
                + " UNION ALL SELECT true, -1, valid_to, " + COLUMNS + " FROM replaced WHERE valid_to < " + CURRENT);
        execute("DELETE FROM history WHERE rowid IN (SELECT row_number FROM replaced)");
        execute("INSERT INTO history " + versionsOf("merged", "t, position"));
        execute("COMMIT");
    }

    /**
     * The query that makes versions of changes. A repeat needs no care: it stands right behind its first and changes nothing. To
     * compare whole rows is faster than to compare seven columns.
     */
    private static String versionsOf(String changes, String order) {
        String window = "(PARTITION BY id ORDER BY " + order + ")";
        return "SELECT " + COLUMNS + ", t AS valid_from, valid_to FROM ("
                + "SELECT *, lead(t, 1, " + CURRENT + ") OVER " + window + " AS valid_to FROM ("
                + "SELECT *, coalesce(lag(deleted) OVER w, true) AS was_deleted, row(" + TRACKED
                + ") AS image, lag(row("
                + TRACKED + ")) OVER w AS was FROM " + changes + " WINDOW w AS " + window + ")"
                + " WHERE CASE WHEN was_deleted THEN NOT deleted ELSE deleted OR image IS DISTINCT FROM was END)"
                + " WHERE NOT deleted";
    }

    long versions() {
        try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM history")) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    List<PersonVersion> history() {
        List<PersonVersion> history = new ArrayList<>();
        String query = "SELECT " + COLUMNS.replace("updated", "epoch_us(updated)")
                + ", valid_from, valid_to FROM history ORDER BY id, valid_from";
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                Person person = new Person(
                        rows.getLong(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        rows.getDouble(5),
                        rows.getBoolean(6),
                        rows.getInt(7),
                        rows.getLong(8));
                history.add(new PersonVersion(person, rows.getLong(9), rows.getLong(10)));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return history;
    }

    private void execute(String sql) {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
