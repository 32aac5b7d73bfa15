-- atg: clock
SELECT clock_timestamp() AT TIME ZONE 'UTC'

-- sample: clock
SELECT clock_timestamp() AT TIME ZONE 'UTC'
