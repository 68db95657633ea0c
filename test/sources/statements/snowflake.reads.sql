SELECT 1
SELECT * FROM SHOP.PUBLIC.ORDERS LIMIT 10
SELECT region, sum(amount) FROM orders GROUP BY region HAVING sum(amount) > 100
SELECT date_trunc('month', ordered_at), count(*) FROM orders GROUP BY 1 ORDER BY 1
SELECT customer_id, amount FROM orders QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY amount DESC) = 1
SELECT data:customer.name::string FROM events
SELECT f.value::string FROM events, LATERAL FLATTEN(input => data:tags) f
SELECT iff(amount > 10, 'big', 'small'), zeroifnull(amount) FROM orders
SELECT * FROM orders AT (OFFSET => -3600)
WITH m AS (SELECT 1 AS x) SELECT * FROM m
SELECT a FROM x UNION ALL SELECT b FROM y
SELECT listagg(name, ', ') WITHIN GROUP (ORDER BY name) FROM customers
SELECT translate(name, 'abc', 'xyz') FROM customers
SELECT "Region", $$a;b$$ FROM "Orders"
SELECT dateadd(day, 7, ordered_at), datediff('day', a, b) FROM orders
SELECT * EXCLUDE (amount) FROM orders
SELECT try_to_number(x), to_varchar(y) FROM t -- what it is
