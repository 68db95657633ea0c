INSERT INTO orders (id) VALUES (1)
UPDATE orders SET amount = 0 WHERE TRUE
DELETE FROM orders WHERE TRUE
MERGE shop.orders o USING shop.n n ON o.id = n.id WHEN MATCHED THEN DELETE
CREATE TABLE shop.x AS SELECT 1 AS y
CREATE OR REPLACE VIEW shop.x AS SELECT 1 AS y
CREATE TEMP FUNCTION f(x INT64) AS (x)
CREATE MODEL shop.m OPTIONS (model_type = 'linear_reg') AS SELECT 1 AS label
DROP TABLE shop.orders
ALTER TABLE shop.orders ADD COLUMN x INT64
TRUNCATE TABLE shop.orders
EXPORT DATA OPTIONS (uri = 'gs://b/*.csv', format = 'CSV') AS SELECT 1
LOAD DATA INTO shop.x FROM FILES (format = 'CSV', uris = ['gs://b/x.csv'])
CALL shop.do_something()
EXECUTE IMMEDIATE 'DROP TABLE shop.orders'
DECLARE x INT64 DEFAULT 1
SET x = 1
BEGIN TRANSACTION
COMMIT TRANSACTION
GRANT `roles/bigquery.dataViewer` ON SCHEMA shop TO 'user:x@example.com'
ASSERT (SELECT COUNT(*) FROM shop.orders) > 0
SELECT * FROM EXTERNAL_QUERY('connection', 'DELETE FROM x')
SELECT * FROM ML.GENERATE_TEXT(MODEL shop.m, TABLE shop.t)
SELECT 1; DROP TABLE shop.orders
