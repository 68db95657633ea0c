import type { Cell, ColumnType } from '../../contract/column.ts'
import type { SourceKind } from '../../contract/source-kind.ts'

/** A value of one database as its SQL writes it, and how it must arrive. */
export interface TypeCase {
  readonly sql: string
  readonly type: ColumnType
  readonly cell: Cell
}

/** What a kind of database must bring over without loss, and the SQL of what every kind is asked. */
export interface Dialect {
  readonly types: Readonly<Record<string, TypeCase>>
  /** Rows with the column `n` from 1 to `count`. */
  rows(count: number): string
  /** Runs for many minutes, unless it is stopped. */
  readonly slow: string
  /** For the owner of a server: counts what runs there for this login. */
  readonly busy?: (user: string) => string
  /** Tables with keys, comments where there are some, and a view. */
  readonly schema: readonly string[]
  /** Makes `count` small tables. */
  manyTables(count: number): readonly string[]
}

const postgres: Dialect = {
  types: {
    integer: { sql: '42', type: 'integer', cell: 42 },
    'big integer': { sql: '9223372036854775807', type: 'integer', cell: '9223372036854775807' },
    'exact decimal': {
      sql: "'12345678901234567890.1234567890'::numeric(30,10)",
      type: 'decimal',
      cell: '12345678901234567890.1234567890',
    },
    'decimal without a declared scale': { sql: "'0.000000000000000001'::numeric", type: 'decimal', cell: '0.000000000000000001' },
    'decimal beyond 38 digits': { sql: "repeat('9', 60)::numeric", type: 'text', cell: '9'.repeat(60) },
    'floating point': { sql: '0.1::float8', type: 'number', cell: 0.1 },
    'not a number': { sql: "'NaN'::float8", type: 'number', cell: 'NaN' },
    boolean: { sql: 'true', type: 'boolean', cell: true },
    date: { sql: "date '2024-02-29'", type: 'date', cell: '2024-02-29' },
    'timestamp without a zone': {
      sql: "timestamp '2024-03-31 02:30:00.123456'",
      type: 'timestamp',
      cell: '2024-03-31T02:30:00.123456',
    },
    'timestamp with a zone': { sql: "timestamptz '2024-03-31 02:30:00+05:30'", type: 'timestamp', cell: '2024-03-30T21:00:00Z' },
    time: { sql: "time '23:59:59.5'", type: 'time', cell: '23:59:59.500' },
    'text with quotes, lines and signs': { sql: `E'a "b", ''c''\\n\\\\N ü 😀'`, type: 'text', cell: `a "b", 'c'\n\\N ü 😀` },
    'empty text': { sql: "''", type: 'text', cell: '' },
    json: { sql: `'{"a": [1, null]}'::jsonb`, type: 'json', cell: '{"a": [1, null]}' },
    array: { sql: `ARRAY['x', NULL, 'y "z"']`, type: 'json', cell: '["x",null,"y \\"z\\""]' },
    binary: { sql: "'\\xdeadbeef00'::bytea", type: 'binary', cell: '3q2+7wA=' },
    null: { sql: 'NULL::int', type: 'integer', cell: null },
  },
  rows: (count) => `SELECT n::int, 'row ' || n AS label FROM generate_series(1, ${count}) AS n`,
  slow: 'SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b, generate_series(1, 1000) c',
  busy: () =>
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'qry' AND state = 'active' AND query LIKE '%generate_series(1, 100000)%'",
  schema: [
    'CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL)',
    'CREATE TABLE orders (id bigint, line int, customer_id int REFERENCES customers (id), amount numeric(12,2), PRIMARY KEY (id, line))',
    "COMMENT ON TABLE orders IS 'What was ordered'",
    "COMMENT ON COLUMN orders.amount IS 'in euros'",
    'CREATE SCHEMA archive',
    'CREATE TABLE archive.orders (id int)',
    'CREATE VIEW big_orders AS SELECT * FROM orders WHERE amount > 100',
    "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Bo')",
    'INSERT INTO orders VALUES (1, 1, 1, 10.50), (2, 1, 2, 200)',
  ],
  manyTables: (count) =>
    Array.from(
      { length: Math.ceil(count / 500) },
      (_, part) =>
        `DO $$ BEGIN FOR i IN ${part * 500 + 1}..${Math.min(count, (part + 1) * 500)} LOOP EXECUTE format('CREATE TABLE many_%s (id int, label varchar(10))', i); END LOOP; END $$`,
    ),
}

const mysql: Dialect = {
  types: {
    integer: { sql: '42', type: 'integer', cell: 42 },
    'big integer': { sql: 'CAST(18446744073709551615 AS UNSIGNED)', type: 'integer', cell: '18446744073709551615' },
    'exact decimal': {
      sql: "CAST('12345678901234567890.1234567890' AS DECIMAL(30,10))",
      type: 'decimal',
      cell: '12345678901234567890.1234567890',
    },
    'decimal beyond 38 digits': { sql: `CAST('${'9'.repeat(60)}' AS DECIMAL(60,0))`, type: 'text', cell: '9'.repeat(60) },
    'floating point': { sql: '0.1e0', type: 'number', cell: 0.1 },
    date: { sql: "DATE '2024-02-29'", type: 'date', cell: '2024-02-29' },
    'timestamp without a zone': {
      sql: "CAST('2024-03-31 02:30:00.123456' AS DATETIME(6))",
      type: 'timestamp',
      cell: '2024-03-31T02:30:00.123456',
    },
    'timestamp with a zone': { sql: '(SELECT moment FROM moments)', type: 'timestamp', cell: '2024-03-30T21:00:00Z' },
    time: { sql: "TIME '23:59:59'", type: 'time', cell: '23:59:59' },
    'time beyond a day': { sql: "TIME '100:00:00'", type: 'text', cell: '100:00:00' },
    'text with quotes, lines and signs': { sql: `'a "b", ''c''\\n\\\\N ü 😀'`, type: 'text', cell: `a "b", 'c'\n\\N ü 😀` },
    'empty text': { sql: "''", type: 'text', cell: '' },
    json: { sql: `JSON_OBJECT('a', JSON_ARRAY(1, NULL))`, type: 'text', cell: '{"a": [1, null]}' },
    binary: { sql: "CAST(x'DEADBEEF00' AS BINARY)", type: 'binary', cell: '3q2+7wA=' },
    null: { sql: 'CAST(NULL AS SIGNED)', type: 'integer', cell: null },
  },
  rows: (count) =>
    `WITH RECURSIVE d(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM d WHERE n < 999) SELECT 1 + a.n + 1000 * b.n AS n, 'row' AS label FROM d b CROSS JOIN d a ORDER BY n LIMIT ${count}`,
  slow: 'WITH RECURSIVE d(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM d WHERE n < 900) SELECT count(*) FROM d a, d b, d c, d e WHERE a.n + b.n * c.n <> e.n',
  busy: (user) => `SELECT count(*) FROM information_schema.processlist WHERE user = '${user}' AND command = 'Query'`,
  schema: [
    'CREATE TABLE customers (id int PRIMARY KEY, name varchar(50) NOT NULL)',
    "CREATE TABLE orders (id bigint, line int, customer_id int, amount decimal(12,2) COMMENT 'in euros', PRIMARY KEY (id, line), FOREIGN KEY (customer_id) REFERENCES customers (id)) COMMENT 'What was ordered'",
    'CREATE VIEW big_orders AS SELECT * FROM orders WHERE amount > 100',
    "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Bo')",
    'INSERT INTO orders VALUES (1, 1, 1, 10.50), (2, 1, 2, 200)',
    'CREATE TABLE moments (moment timestamp)',
    "SET time_zone = '+05:30'",
    "INSERT INTO moments VALUES ('2024-03-31 02:30:00')",
  ],
  // NOTE: tables in memory, as thousands on the disk take the server minutes to make and to drop.
  manyTables: (count) =>
    Array.from({ length: count }, (_, index) => `CREATE TABLE many_${index + 1} (id int, label varchar(10)) ENGINE = MEMORY`),
}

const sqlite: Dialect = {
  types: {
    integer: { sql: '42', type: 'integer', cell: 42 },
    'big integer': { sql: '9223372036854775807', type: 'integer', cell: '9223372036854775807' },
    'floating point': { sql: '0.1', type: 'number', cell: 0.1 },
    boolean: { sql: '(SELECT flag FROM typed)', type: 'boolean', cell: true },
    date: { sql: '(SELECT day FROM typed)', type: 'date', cell: '2024-02-29' },
    'text with quotes, lines and signs': {
      sql: `'a "b", ''c''' || char(10) || '\\N ü 😀'`,
      type: 'text',
      cell: `a "b", 'c'\n\\N ü 😀`,
    },
    'empty text': { sql: "''", type: 'text', cell: '' },
    binary: { sql: "x'DEADBEEF00'", type: 'binary', cell: '3q2+7wA=' },
    null: { sql: 'NULL', type: 'text', cell: null },
  },
  rows: (count) =>
    `WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s LIMIT ${count}) SELECT n, 'row ' || n AS label FROM s`,
  slow: 'WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s) SELECT count(*) FROM s',
  schema: [
    'CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL)',
    'CREATE TABLE orders (id INTEGER, line INTEGER, customer_id INTEGER REFERENCES customers, amount DECIMAL(12,2), PRIMARY KEY (id, line))',
    'CREATE VIEW big_orders AS SELECT * FROM orders WHERE amount > 100',
    "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Bo')",
    'INSERT INTO orders VALUES (1, 1, 1, 10.50), (2, 1, 2, 200)',
    'CREATE TABLE typed (flag BOOLEAN, day DATE)',
    "INSERT INTO typed VALUES (1, '2024-02-29')",
  ],
  manyTables: (count) => [
    'BEGIN',
    ...Array.from({ length: count }, (_, index) => `CREATE TABLE many_${index + 1} (id INTEGER, label TEXT)`),
    'COMMIT',
  ],
}

const duckdb: Dialect = {
  types: {
    integer: { sql: '42', type: 'integer', cell: 42 },
    'big integer': {
      sql: '170141183460469231731687303715884105727::HUGEINT',
      type: 'text',
      cell: '170141183460469231731687303715884105727',
    },
    'exact decimal': {
      sql: "'12345678901234567890.1234567890'::DECIMAL(38,10)",
      type: 'decimal',
      cell: '12345678901234567890.1234567890',
    },
    'floating point': { sql: '0.1::DOUBLE', type: 'number', cell: 0.1 },
    boolean: { sql: 'true', type: 'boolean', cell: true },
    date: { sql: "DATE '2024-02-29'", type: 'date', cell: '2024-02-29' },
    'timestamp without a zone': {
      sql: "TIMESTAMP '2024-03-31 02:30:00.123456'",
      type: 'timestamp',
      cell: '2024-03-31T02:30:00.123456',
    },
    'timestamp with a zone': { sql: "TIMESTAMPTZ '2024-03-31 02:30:00+05:30'", type: 'timestamp', cell: '2024-03-30T21:00:00Z' },
    time: { sql: "TIME '23:59:59.5'", type: 'time', cell: '23:59:59.500' },
    'text with quotes, lines and signs': {
      sql: `'a "b", ''c''' || chr(10) || '\\N ü 😀'`,
      type: 'text',
      cell: `a "b", 'c'\n\\N ü 😀`,
    },
    'empty text': { sql: "''", type: 'text', cell: '' },
    json: { sql: `'{"a": [1, null]}'::JSON`, type: 'json', cell: '{"a": [1, null]}' },
    array: { sql: `['x', NULL, 'y "z"']`, type: 'json', cell: '["x",null,"y \\"z\\""]' },
    binary: { sql: "'\\xDE\\xAD\\xBE\\xEF\\x00'::BLOB", type: 'binary', cell: '3q2+7wA=' },
    null: { sql: 'NULL::INTEGER', type: 'integer', cell: null },
  },
  rows: (count) => `SELECT range::INTEGER + 1 AS n, 'row ' || (range + 1) AS label FROM range(${count})`,
  slow: 'SELECT count(*) FROM range(1000000) a, range(1000000) b, range(1000) c WHERE a.range + b.range <> c.range',
  schema: [
    'CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL)',
    'CREATE TABLE orders (id BIGINT, line INTEGER, customer_id INTEGER REFERENCES customers (id), amount DECIMAL(12,2), PRIMARY KEY (id, line))',
    "COMMENT ON TABLE orders IS 'What was ordered'",
    "COMMENT ON COLUMN orders.amount IS 'in euros'",
    'CREATE SCHEMA archive',
    'CREATE TABLE archive.orders (id INTEGER)',
    'CREATE VIEW big_orders AS SELECT * FROM orders WHERE amount > 100',
    "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Bo')",
    'INSERT INTO orders VALUES (1, 1, 1, 10.50), (2, 1, 2, 200)',
  ],
  manyTables: (count) => [
    `BEGIN; ${Array.from({ length: count }, (_, index) => `CREATE TABLE many_${index + 1} (id INTEGER, label TEXT)`).join(';')}; COMMIT`,
  ],
}

export const dialects: Readonly<Partial<Record<SourceKind, Dialect>>> = { postgres, mysql, sqlite, duckdb }
