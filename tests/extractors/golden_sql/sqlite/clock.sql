-- atg: clock
SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')

-- sample: clock
SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')
