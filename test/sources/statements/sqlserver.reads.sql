SELECT 1
SELECT TOP (10) * FROM dbo.orders ORDER BY total DESC
SELECT TOP 5 PERCENT [order id], [select] FROM [dbo].[orders]
SELECT region, sum(total) AS total FROM orders WHERE placed_at >= '2026-01-01' GROUP BY region HAVING sum(total) > 10
SELECT * FROM orders ORDER BY id OFFSET 20 ROWS FETCH NEXT 10 ROWS ONLY
WITH big AS (SELECT id FROM orders WHERE total > 100) SELECT count(*) FROM big
SELECT c.name, x.last FROM customers c CROSS APPLY (SELECT max(o.placed_at) AS last FROM orders o WHERE o.customer_id = c.id) x
SELECT c.name, o.id FROM customers AS c LEFT JOIN orders AS o ON o.customer_id = c.id WHERE c.name LIKE N'A%'
SELECT region, sum(total) FROM orders GROUP BY ROLLUP (region)
SELECT id, row_number() OVER (PARTITION BY region ORDER BY total DESC) AS place FROM orders
SELECT DATEPART(year, placed_at) AS y, COUNT_BIG(*) FROM orders GROUP BY DATEPART(year, placed_at)
SELECT DATEADD(day, -7, GETDATE()), CONVERT(varchar(10), placed_at, 120) FROM orders
SELECT STRING_AGG(name, ', ') WITHIN GROUP (ORDER BY name) FROM customers
SELECT IIF(total > 10, 'big', 'small'), CASE WHEN paid = 1 THEN 'yes' ELSE 'no' END FROM orders
SELECT JSON_VALUE(data, '$.a') FROM orders
SELECT 'DELETE FROM orders; DROP TABLE x' AS said, [delete] FROM orders
SELECT id FROM orders UNION ALL SELECT id FROM archive.orders
SELECT id FROM orders EXCEPT SELECT id FROM archive.orders
SELECT * FROM shop.dbo.orders WITH (NOLOCK)
SELECT TRY_CAST(note AS int), ISNULL(note, ''), COALESCE(note, 'x') FROM orders
SELECT name FROM sys.tables
SELECT COUNT(DISTINCT customer_id) FROM orders WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = customer_id)
SELECT 0xDEADBEEF AS bytes, 1e3 AS number, $1.50 AS money
SELECT updated_at, settings, created, inserted_by FROM orders
