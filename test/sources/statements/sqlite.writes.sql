INSERT INTO orders VALUES (1)
INSERT OR REPLACE INTO orders VALUES (1)
REPLACE INTO orders VALUES (1)
UPDATE orders SET amount = 0
DELETE FROM orders
DROP TABLE orders
DROP VIEW x
CREATE TABLE x (id)
CREATE TABLE x AS SELECT * FROM orders
CREATE TEMP TABLE x (id)
CREATE VIEW x AS SELECT 1
CREATE INDEX i ON orders (id)
CREATE TRIGGER t AFTER INSERT ON orders BEGIN DELETE FROM orders; END
CREATE VIRTUAL TABLE x USING fts5(y)
ALTER TABLE orders ADD COLUMN x
ATTACH DATABASE '/tmp/x' AS y
ATTACH '/tmp/x' AS y
DETACH y
PRAGMA writable_schema = 1
PRAGMA query_only = 0
PRAGMA table_info(orders)
PRAGMA journal_mode = wal
VACUUM
VACUUM INTO '/tmp/x'
REINDEX
ANALYZE
BEGIN
BEGIN IMMEDIATE
COMMIT
ROLLBACK
SAVEPOINT x
RELEASE x
SELECT load_extension('/tmp/x')
SELECT readfile('/etc/passwd')
SELECT writefile('/tmp/x', 'y')
SELECT * FROM pragma_table_info('orders')
SELECT fts3_tokenizer('x')
SELECT 1; DROP TABLE orders
WITH x AS (SELECT 1) DELETE FROM orders
WITH x AS (SELECT 1) INSERT INTO orders SELECT * FROM x
WITH x AS (DELETE FROM orders RETURNING *) SELECT * FROM x
EXPLAIN DELETE FROM orders
SELECT edit('x')
SELECT * FROM sqlite_dbpage('main')
SELECT * FROM dbstat()
