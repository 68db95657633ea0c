SELECT 1
SELECT * FROM orders
SELECT region, sum(amount) FROM orders GROUP BY region HAVING sum(amount) > 10 ORDER BY 2 DESC LIMIT 5 OFFSET 2
SELECT "order"."from" FROM "order" WHERE [id] = 1
SELECT * FROM main.orders o JOIN customers c ON c.id = o.customer_id
SELECT * FROM a LEFT JOIN b USING (id) CROSS JOIN c
WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 10) SELECT x FROM n
WITH a AS (SELECT 1 AS x), b AS (SELECT x FROM a) SELECT * FROM b
SELECT row_number() OVER (PARTITION BY region ORDER BY amount) FROM orders
SELECT sum(amount) OVER (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) FROM days
SELECT strftime('%Y-%m', ordered_at), date('now', '-7 days'), julianday(ordered_at) FROM orders
SELECT json_extract(data, '$.a'), data ->> 'b', data -> 'c' FROM events
SELECT value FROM json_each('[1,2,3]')
SELECT j.value FROM events, json_tree(events.data) AS j
SELECT group_concat(name, ', '), total(amount), avg(amount) FROM orders
SELECT CASE WHEN amount > 100 THEN 'big' END, iif(a, b, c), coalesce(a, b), ifnull(a, 1) FROM orders
SELECT CAST(x AS INTEGER), typeof(x), hex(x), round(x, 2), abs(x) FROM t
SELECT * FROM orders WHERE name LIKE 'a%' AND name GLOB 'a*' AND id IN (1, 2) AND x IS NOT NULL
SELECT * FROM orders WHERE id IN (SELECT order_id FROM returns) AND NOT EXISTS (SELECT 1 FROM refunds WHERE order_id = orders.id)
SELECT a FROM x UNION SELECT b FROM y EXCEPT SELECT c FROM z
VALUES (1, 'a'), (2, 'b')
SELECT 'DROP TABLE x; --'
SELECT 1 -- comment; DELETE
SELECT /* comment; DELETE */ 1;
SELECT replace(name, 'a', 'b'), substr(name, 1, 3), instr(name, 'x'), printf('%05d', id) FROM customers
SELECT max(amount, 0), min(a, b) FROM orders
SELECT x'CAFE', 1e3, .5
SELECT DISTINCT region FROM orders ORDER BY region COLLATE NOCASE
SELECT (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) FROM customers c
SELECT sum(amount) FILTER (WHERE region = 'N') FROM orders
