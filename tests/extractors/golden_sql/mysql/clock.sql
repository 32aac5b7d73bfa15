-- atg: clock
SELECT UTC_TIMESTAMP(6)

-- sample: clock
SELECT UTC_TIMESTAMP(6)
