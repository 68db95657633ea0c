SELECT 1
SELECT * FROM orders
SELECT `id`, `order` FROM `shop`.`orders` WHERE `from` > 3
SELECT region, SUM(amount) FROM orders GROUP BY region WITH ROLLUP
SELECT region, COUNT(DISTINCT customer_id) AS customers FROM orders GROUP BY region HAVING customers > 2 ORDER BY 2 DESC LIMIT 5, 10
SELECT DATE_FORMAT(ordered_at, '%Y-%m'), SUM(amount) FROM orders GROUP BY 1
SELECT * FROM orders o JOIN customers c ON c.id = o.customer_id LEFT JOIN shops s USING (shop_id)
SELECT * FROM orders STRAIGHT_JOIN customers
SELECT GROUP_CONCAT(DISTINCT name ORDER BY name SEPARATOR '; ') FROM customers
SELECT JSON_EXTRACT(data, '$.a'), data->'$.b', data->>'$.c' FROM events
WITH m AS (SELECT MONTH(ordered_at) AS month, SUM(amount) AS total FROM orders GROUP BY 1) SELECT month, total, LAG(total) OVER (ORDER BY month) FROM m
WITH RECURSIVE n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n WHERE x < 10) SELECT * FROM n
SELECT ROW_NUMBER() OVER (PARTITION BY region ORDER BY amount DESC) FROM orders
SELECT IF(amount > 100, 'big', 'small'), IFNULL(name, 'none'), NULLIF(a, b) FROM orders
SELECT CASE region WHEN 'N' THEN 1 ELSE 2 END FROM orders
SELECT DATE_ADD(ordered_at, INTERVAL 1 MONTH), DATEDIFF(NOW(), ordered_at) FROM orders
SELECT TIMESTAMPDIFF(DAY, a, b), EXTRACT(YEAR FROM a) FROM t
SELECT CAST(x AS DECIMAL(10,2)), CONVERT(y, CHAR) FROM t
SELECT * FROM orders WHERE name LIKE '%x\_%' AND id BETWEEN 1 AND 5 AND code REGEXP '^a'
SELECT * FROM orders WHERE id IN (SELECT order_id FROM returns) AND EXISTS (SELECT 1 FROM refunds WHERE refunds.order_id = orders.id)
SELECT a FROM x UNION SELECT b FROM y UNION ALL SELECT c FROM z ORDER BY 1
(SELECT a FROM x LIMIT 1) UNION (SELECT b FROM y LIMIT 1)
SELECT MATCH (title) AGAINST ('word' IN NATURAL LANGUAGE MODE) FROM books
SELECT 'DROP TABLE x; -- ' AS text, "double 'quoted'" AS other
SELECT 1 -- a comment; DELETE
SELECT /* plain comment */ 1
SELECT 1;
SELECT REPLACE(name, 'a', 'b'), INSERT(name, 1, 2, 'x'), TRUNCATE(1.234, 2) FROM customers
SELECT BIT_AND(flags), STDDEV(amount), VARIANCE(amount) FROM orders
SELECT x.* FROM (SELECT * FROM orders LIMIT 5) AS x
SELECT VALUES_TABLE.a FROM (SELECT 1 AS a) AS VALUES_TABLE
SELECT COUNT(*) FROM orders USE INDEX (by_day) WHERE day > '2024-01-01'
SELECT CONCAT_WS('-', a, b), SUBSTRING_INDEX(email, '@', 1), LPAD(id, 5, '0') FROM t
SELECT _utf8mb4'text', N'text', x'4D', b'01', 0x4D
EXPLAIN SELECT * FROM orders
SELECT LAST_DAY(ordered_at), WEEKDAY(ordered_at), QUARTER(ordered_at) FROM orders
SELECT o.id, (SELECT MAX(amount) FROM orders i WHERE i.customer_id = o.customer_id) FROM orders o
