SELECT 1
SELECT * FROM `project.shop.orders` LIMIT 10
SELECT * FROM `project`.`shop`.`orders`
SELECT region, SUM(amount) AS total FROM shop.orders GROUP BY region HAVING total > 100
SELECT DATE_TRUNC(ordered_on, MONTH), COUNT(*) FROM orders GROUP BY 1 ORDER BY 1
SELECT * EXCEPT (amount) FROM orders
SELECT * REPLACE (amount * 2 AS amount) FROM orders
SELECT tag FROM orders, UNNEST(tags) AS tag
SELECT ARRAY_AGG(STRUCT(id, name) ORDER BY id LIMIT 3) FROM customers
SELECT SAFE_CAST(x AS INT64), IFNULL(a, b), IF(a, 1, 2) FROM t
SELECT JSON_VALUE(data, '$.a') FROM events
SELECT d FROM UNNEST(GENERATE_DATE_ARRAY('2024-01-01', '2024-12-31')) AS d
SELECT APPROX_COUNT_DISTINCT(customer_id) FROM orders
SELECT id FROM orders QUALIFY ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY amount) = 1
WITH m AS (SELECT 1 AS x) SELECT * FROM m
SELECT a FROM x UNION ALL SELECT b FROM y
SELECT * FROM shop.INFORMATION_SCHEMA.COLUMNS
SELECT REGEXP_REPLACE(name, r'\s+', ' '), TRANSLATE(name, 'a', 'b') FROM customers # what it is
