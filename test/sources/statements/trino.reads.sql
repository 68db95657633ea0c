SELECT 1
SELECT * FROM hive.shop.orders LIMIT 10
SELECT region, approx_distinct(customer_id) FROM orders GROUP BY region
SELECT date_trunc('month', ordered_at), sum(amount) FROM orders GROUP BY 1 ORDER BY 1
SELECT x FROM UNNEST(ARRAY[1, 2, 3]) AS t(x)
SELECT transform(ARRAY[1, 2], x -> x * 2)
SELECT json_extract_scalar(data, '$.a') FROM events
WITH m AS (SELECT 1 AS x) SELECT * FROM m
SELECT row_number() OVER (PARTITION BY region ORDER BY amount) FROM orders
SELECT a FROM x UNION ALL SELECT b FROM y
SELECT try_cast(x AS integer), coalesce(a, b), if(a, 1, 2) FROM t
SELECT * FROM a CROSS JOIN b
SELECT region, sum(amount) FROM orders GROUP BY GROUPING SETS ((region), ())
VALUES (1, 'a'), (2, 'b')
EXPLAIN SELECT 1
