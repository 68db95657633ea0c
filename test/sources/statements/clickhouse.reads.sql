SELECT 1
SELECT * FROM shop.orders LIMIT 10
SELECT uniq(customer_id), quantile(0.9)(amount) FROM orders
SELECT toStartOfMonth(ordered_at) AS month, sum(amount) FROM orders GROUP BY month ORDER BY month
SELECT region, sum(amount) FROM orders GROUP BY region WITH TOTALS
SELECT * FROM orders FINAL PREWHERE day > '2024-01-01' WHERE amount > 1
SELECT * FROM orders LIMIT 1 BY customer_id
SELECT arrayMap(x -> x * 2, [1, 2, 3])
SELECT arrayJoin([1, 2, 3]) AS x
SELECT * FROM a ANY LEFT JOIN b USING id
WITH 10 AS threshold SELECT * FROM orders WHERE amount > threshold
WITH m AS (SELECT 1 AS x) SELECT * FROM m
SELECT count() FROM orders SAMPLE 0.1
SELECT a FROM x UNION ALL SELECT b FROM y
SELECT if(a > 1, 'x', 'y'), multiIf(a, 1, b, 2, 3) FROM t
SELECT argMax(name, updated_at), groupArray(id) FROM customers GROUP BY region
