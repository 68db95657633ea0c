SELECT 1
select * from orders
SELECT id, amount FROM sales.orders ORDER BY amount DESC LIMIT 10
SELECT DISTINCT ON (customer_id) customer_id, ordered_at FROM orders ORDER BY customer_id, ordered_at DESC
SELECT region, sum(amount) FILTER (WHERE status = 'paid') FROM orders GROUP BY region
SELECT region, year, sum(amount) FROM orders GROUP BY ROLLUP (region, year)
SELECT region, year, sum(amount) FROM orders GROUP BY GROUPING SETS ((region), (year), ())
SELECT region, sum(amount) FROM orders GROUP BY CUBE (region) HAVING sum(amount) > 100
WITH monthly AS (SELECT date_trunc('month', ordered_at) AS month, sum(amount) AS total FROM orders GROUP BY 1) SELECT month, total - lag(total) OVER (ORDER BY month) FROM monthly
WITH RECURSIVE tree AS (SELECT id, parent_id, 0 AS depth FROM parts WHERE parent_id IS NULL UNION ALL SELECT p.id, p.parent_id, t.depth + 1 FROM parts p JOIN tree t ON p.parent_id = t.id) SELECT * FROM tree
SELECT o.*, c.name FROM orders o JOIN LATERAL (SELECT name FROM customers WHERE id = o.customer_id) c ON true
SELECT * FROM orders o LEFT JOIN customers c USING (customer_id)
SELECT * FROM a FULL OUTER JOIN b ON a.x = b.x CROSS JOIN c
SELECT row_number() OVER w, rank() OVER w FROM orders WINDOW w AS (PARTITION BY region ORDER BY amount)
SELECT sum(amount) OVER (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) FROM days
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) FROM orders
SELECT data->>'name', data#>>'{address,city}', jsonb_array_length(data->'items') FROM events
SELECT * FROM events WHERE data @> '{"kind": "click"}' AND tags && ARRAY['a','b']
SELECT jsonb_path_query(data, '$.items[*] ? (@.price > 10)') FROM events
SELECT * FROM jsonb_to_recordset('[{"a":1}]') AS x(a int)
SELECT string_agg(DISTINCT name, ', ' ORDER BY name) FROM customers
SELECT array_agg(id ORDER BY id) FROM orders
SELECT * FROM unnest(ARRAY[1,2,3]) WITH ORDINALITY AS t(value, place)
SELECT generate_series(date '2024-01-01', date '2024-12-31', interval '1 month')
SELECT CASE WHEN amount > 100 THEN 'big' ELSE 'small' END, count(*) FROM orders GROUP BY 1
SELECT coalesce(nullif(trim(name), ''), 'unknown') FROM customers
SELECT extract(dow FROM ordered_at), to_char(ordered_at, 'YYYY-MM') FROM orders
SELECT ordered_at AT TIME ZONE 'Europe/Oslo' FROM orders
SELECT age(now(), created_at), now() - interval '7 days' FROM customers
SELECT * FROM orders WHERE id IN (SELECT order_id FROM returns) AND NOT EXISTS (SELECT FROM refunds r WHERE r.order_id = orders.id)
SELECT * FROM orders WHERE amount > ALL (SELECT amount FROM orders WHERE region = 'North')
SELECT region FROM orders UNION SELECT region FROM shops EXCEPT SELECT region FROM closed INTERSECT SELECT region FROM open
(SELECT 1) UNION ALL (SELECT 2) ORDER BY 1
VALUES (1, 'a'), (2, 'b')
TABLE orders
SELECT * FROM orders TABLESAMPLE SYSTEM (1)
SELECT "insert", "delete" FROM "Create Table" AS "drop"
SELECT 'DROP TABLE orders; --' AS text
SELECT $$ it's; fine $$ AS text
SELECT /* a comment; with DROP */ 1 -- and another; DELETE
SELECT 1;
SELECT regexp_replace(name, '\s+', ' ', 'g'), name ~* 'ab+' FROM customers
SELECT crosscheck.* FROM (VALUES (1)) AS crosscheck(x)
SELECT x::numeric(10,2), CAST(y AS text) FROM t
SELECT width_bucket(amount, 0, 1000, 10), count(*) FROM orders GROUP BY 1
EXPLAIN SELECT * FROM orders
EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM orders
SELECT st.* FROM orders AS st (id, amount) ORDER BY 1 FETCH FIRST 5 ROWS WITH TIES
SELECT mode() WITHIN GROUP (ORDER BY region), grouping(region) FROM orders GROUP BY region
WITH a AS MATERIALIZED (SELECT 1 AS x), b AS (SELECT x FROM a) SELECT * FROM b NATURAL JOIN a
SELECT (SELECT max(amount) FROM orders o WHERE o.customer_id = c.id) FROM customers c
SELECT similarity.score FROM (SELECT 1 AS score) similarity
SELECT pg_typeof(amount), pg_size_pretty(1000::bigint) FROM orders
SELECT replace(name, 'a', 'b'), overlay(name placing 'x' from 2), left(name, 3) FROM customers
