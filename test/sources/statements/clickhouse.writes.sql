INSERT INTO orders VALUES (1)
INSERT INTO FUNCTION file('x.csv') SELECT 1
ALTER TABLE orders DELETE WHERE 1
CREATE TABLE x (id Int32) ENGINE = Memory
DROP TABLE orders
TRUNCATE TABLE orders
OPTIMIZE TABLE orders FINAL
SYSTEM SHUTDOWN
KILL QUERY WHERE 1
SET max_memory_usage = 0
SELECT * FROM file('/etc/passwd')
SELECT * FROM url('http://elsewhere/', CSV, 'x String')
SELECT * FROM s3('http://elsewhere/x.csv')
SELECT * FROM mysql('elsewhere:3306', 'db', 't', 'u', 'p')
SELECT * FROM remote('elsewhere', db.t)
SELECT * FROM executable('cat', CSV, 'x String')
SELECT sleep(3)
GRANT ALL ON *.* TO x
ATTACH TABLE x
DETACH TABLE x
RENAME TABLE a TO b
EXCHANGE TABLES a AND b
SELECT 1 INTO OUTFILE '/tmp/x'
SELECT 1; DROP TABLE orders
SHOW TABLES
