-- atg: clock
SELECT SYSUTCDATETIME()

-- sample: clock
SELECT SYSUTCDATETIME()
