INSERT INTO orders VALUES (1)
UPDATE orders SET amount = 0
DELETE FROM orders
MERGE INTO orders o USING new n ON o.id = n.id WHEN MATCHED THEN UPDATE SET amount = n.amount
TRUNCATE orders
DROP TABLE orders
CREATE TABLE x (id int)
CREATE TABLE x AS SELECT * FROM orders
CREATE TEMP TABLE x AS SELECT 1
CREATE VIEW x AS SELECT 1
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'
CREATE EXTENSION dblink
ALTER TABLE orders ADD COLUMN x int
GRANT ALL ON orders TO public
REVOKE ALL ON orders FROM public
SELECT * INTO x FROM orders
SELECT * FROM orders FOR UPDATE
SELECT * FROM orders FOR SHARE
WITH x AS (DELETE FROM orders RETURNING *) SELECT * FROM x
WITH x AS (INSERT INTO orders VALUES (1) RETURNING *) SELECT * FROM x
WITH x AS (UPDATE orders SET amount = 0 RETURNING *) SELECT count(*) FROM x
SELECT 1; DROP TABLE orders
COMMIT; CREATE TABLE x (id int)
COMMIT
ROLLBACK
BEGIN
START TRANSACTION READ WRITE
SET TRANSACTION READ WRITE
SET default_transaction_read_only = off
SET SESSION AUTHORIZATION postgres
SET ROLE postgres
RESET ALL
SHOW data_directory
COPY orders TO '/tmp/x'
COPY orders TO PROGRAM 'cat > /tmp/x'
COPY (SELECT 1) TO STDOUT
COPY orders FROM '/etc/passwd'
EXPLAIN ANALYZE DELETE FROM orders
EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1
EXPLAIN EXECUTE p
PREPARE p AS SELECT 1
EXECUTE p
DEALLOCATE p
DECLARE c CURSOR FOR SELECT 1
FETCH ALL FROM c
DO $$ BEGIN DELETE FROM orders; END $$
CALL p()
VACUUM orders
ANALYZE orders
REINDEX TABLE orders
CLUSTER orders
LOCK TABLE orders
LISTEN x
NOTIFY x
LOAD 'x'
CHECKPOINT
DISCARD ALL
REFRESH MATERIALIZED VIEW x
SECURITY LABEL ON TABLE orders IS 'x'
COMMENT ON TABLE orders IS 'x'
SELECT pg_read_file('/etc/passwd')
SELECT pg_catalog.pg_read_binary_file('/etc/passwd')
SELECT * FROM pg_ls_dir('/')
SELECT pg_stat_file('/etc/passwd')
SELECT lo_import('/etc/passwd')
SELECT lo_export(1, '/tmp/x')
SELECT lo_from_bytea(0, 'x')
SELECT * FROM dblink('host=elsewhere', 'SELECT 1') AS t(x int)
SELECT dblink_exec('host=elsewhere', 'DROP TABLE x')
SELECT set_config('statement_timeout', '0', false)
SELECT pg_terminate_backend(1)
SELECT pg_cancel_backend(1)
SELECT pg_reload_conf()
SELECT nextval('s')
SELECT setval('s', 1)
SELECT pg_advisory_lock(1)
SELECT pg_try_advisory_xact_lock(1)
SELECT query_to_xml('DELETE FROM orders', true, true, '')
SELECT table_to_xml('orders', true, true, '')
SELECT database_to_xml(true, true, '')
SELECT * FROM crosstab('SELECT 1, 2, 3') AS t(x int)
SELECT * FROM ts_stat('SELECT vector FROM docs')
SELECT pg_create_restore_point('x')
SELECT pg_switch_wal()
SELECT pg_logical_emit_message(true, 'x', 'y')
SELECT pg_export_snapshot()
SELECT pg_notify('x', 'y')
SELECT "pg_read_file"('/etc/passwd')
SELECT $1
ALTER SYSTEM SET fsync = off
CREATE RULE r AS ON SELECT TO orders DO INSTEAD NOTHING
IMPORT FOREIGN SCHEMA x FROM SERVER y INTO z
