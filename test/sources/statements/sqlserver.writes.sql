INSERT INTO orders (id) VALUES (1)
UPDATE orders SET total = 0
DELETE FROM orders
MERGE orders AS t USING customers AS s ON t.id = s.id WHEN MATCHED THEN DELETE;
TRUNCATE TABLE orders
DROP TABLE orders
CREATE TABLE got_out (id int)
ALTER TABLE orders ADD note int
SELECT * INTO got_out FROM orders
SELECT 1 INTO #got_out
SELECT 1 DELETE FROM orders
SELECT 1 AS a DELETE orders
SELECT 1DELETE FROM orders
SELECT 1eDELETE FROM orders
SELECT $DELETE FROM orders
SELECT 1; DROP TABLE orders
SELECT 1 DROP TABLE orders
SELECT * FROM orders UPDATE orders SET total = 0
SELECT * FROM orders o INSERT INTO orders VALUES (1)
SELECT 1 EXEC xp_cmdshell 'dir'
EXEC xp_cmdshell 'dir'
EXECUTE ('DROP TABLE orders')
EXEC sp_executesql N'DELETE FROM orders'
sp_who
xp_cmdshell 'dir'
SELECT 1 EXECUTE AS USER = 'dbo'
EXEC ('DELETE FROM orders') AT far_server
SELECT * FROM OPENROWSET(BULK '/etc/passwd', SINGLE_CLOB) AS x
SELECT * FROM OPENROWSET('SQLNCLI', 'Server=far;', 'SELECT 1')
SELECT * FROM OPENQUERY(far_server, 'DELETE FROM orders')
SELECT * FROM OPENDATASOURCE('SQLNCLI', 'Data Source=far').shop.dbo.orders
SELECT * FROM far_server.shop.dbo.orders
SELECT * FROM [far server].[shop].[dbo].[orders]
SELECT * FROM far_server...orders
SELECT * FROM far_server.shop..orders
WAITFOR DELAY '00:01:00'
SELECT 1 WAITFOR DELAY '00:01:00'
SELECT 1 SHUTDOWN
BACKUP DATABASE shop TO DISK = '/tmp/x'
RESTORE DATABASE shop FROM DISK = '/tmp/x'
DBCC CHECKDB
KILL 53
SELECT 1 KILL 53
GRANT SELECT ON orders TO public
REVOKE SELECT ON orders FROM public
DENY SELECT ON orders TO public
USE master
SELECT 1 USE master
DECLARE @x int
SET NOCOUNT OFF
SELECT @x = 1 SET @x = 2
BEGIN TRANSACTION
COMMIT
COMMIT DELETE FROM orders
SELECT 1 COMMIT DELETE FROM orders
ROLLBACK
SELECT 1 ROLLBACK
SAVE TRANSACTION x
IF 1 = 1 DELETE FROM orders
WHILE 1 = 1 SELECT 1
RAISERROR('x', 16, 1)
SELECT 1 PRINT 'x'
BULK INSERT orders FROM '/tmp/x'
SELECT NEXT VALUE FOR numbers
SELECT * FROM orders WITH (TABLOCKX)
SELECT * FROM orders WITH (UPDLOCK, HOLDLOCK)
SELECT * FROM sys.fn_xe_file_target_read_file('/tmp/*.xel', NULL, NULL, NULL)
SELECT * FROM sys.fn_get_audit_file('/tmp/*', NULL, NULL)
SELECT * FROM sys.fn_trace_gettable('/tmp/x.trc', 1)
SELECT * FROM sys.dm_os_enumerate_filesystem('/', '*')
SELECT * FROM sys.dm_os_file_exists('/etc/passwd')
SELECT * FROM fn_dblog(NULL, NULL)
SELECT 1 RECEIVE TOP (1) * FROM queue
SELECT 1 DISABLE TRIGGER x ON orders
SELECT 1 REVERT
SELECT 1 DEALLOCATE c
FETCH NEXT FROM c
SELECT 1 OPEN c
SELECT 1 /* a /* b */ DELETE FROM orders */
CREATE PROCEDURE got_out AS SELECT 1
SELECT 1 CREATE TABLE got_out (id int)
SELECT 1 [a] EXEC('DELETE FROM orders')
SELECT 1 "a" EXEC('DELETE FROM orders')
SELECT 'x' EXEC('DELETE FROM orders')
(SELECT 1) DELETE FROM orders
WITH x AS (SELECT 1 AS a) DELETE FROM x
WITH x AS (SELECT 1 AS a) INSERT INTO orders SELECT a FROM x
EXPLAIN SELECT 1
SELECT * FROM orders FOR UPDATE
GO
;
