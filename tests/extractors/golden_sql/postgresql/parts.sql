-- atg: orders, keys, then time, 1
SELECT DISTINCT x.edge
FROM (SELECT m.user_id AS edge, row_number() OVER (ORDER BY m.user_id) AS n
FROM ({orders}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND m.user_id IS NOT NULL) AS x
WHERE x.n %% %(n_1)s::INTEGER = %(param_1)s::INTEGER ORDER BY x.edge

-- atg: orders, keys, then time, 2
SELECT m.occurred_at
FROM ({cart_events}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- atg: orders, keys, then time, 3
SELECT m.occurred_at
FROM ({order_lines}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- atg: orders, keys, then time, 4
SELECT m.occurred_at
FROM ({orders}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- atg: orders, keys, then time, 5
SELECT m.occurred_at
FROM ({sign_ins}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- atg: orders, keys, then time, 6
SELECT m.occurred_at
FROM ({sign_ups}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- atg: orders, keys, then time, 7
SELECT DISTINCT x.edge
FROM (SELECT m.occurred_at AS edge, row_number() OVER (ORDER BY m.occurred_at) AS n
FROM ({orders}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND m.occurred_at IS NOT NULL) AS x
WHERE x.n %% %(n_1)s::INTEGER = %(param_1)s::INTEGER ORDER BY x.edge

-- atg: sign_ins, time, 1
SELECT m.occurred_at
FROM ({cart_events}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- atg: sign_ins, time, 2
SELECT m.occurred_at
FROM ({order_lines}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- atg: sign_ins, time, 3
SELECT m.occurred_at
FROM ({orders}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- atg: sign_ins, time, 4
SELECT m.occurred_at
FROM ({sign_ins}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- atg: sign_ins, time, 5
SELECT m.occurred_at
FROM ({sign_ups}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- atg: sign_ins, time, 6
SELECT DISTINCT x.edge
FROM (SELECT m.occurred_at AS edge, row_number() OVER (ORDER BY m.occurred_at) AS n
FROM ({sign_ins}) AS m
WHERE m.user_id <= %(high)s AND (m.occurred_at IS NULL OR m.occurred_at <= %(to)s) AND m.occurred_at IS NOT NULL) AS x
WHERE x.n %% %(n_1)s::INTEGER = %(param_1)s::INTEGER ORDER BY x.edge

-- sample: orders, keys, then time, 1
SELECT DISTINCT x.edge
FROM (SELECT m.user_id AS edge, row_number() OVER (ORDER BY m.user_id) AS n
FROM ({orders}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND m.user_id IS NOT NULL) AS x
WHERE x.n %% %(n_1)s::INTEGER = %(param_1)s::INTEGER ORDER BY x.edge

-- sample: orders, keys, then time, 2
SELECT m.occurred_at
FROM ({address_changes}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: orders, keys, then time, 3
SELECT m.occurred_at
FROM ({cart_events}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: orders, keys, then time, 4
SELECT m.occurred_at
FROM ({checkout_lines}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: orders, keys, then time, 5
SELECT m.occurred_at
FROM ({checkouts}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: orders, keys, then time, 6
SELECT m.occurred_at
FROM ({license_changes}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: orders, keys, then time, 7
SELECT m.occurred_at
FROM ({order_lines}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: orders, keys, then time, 8
SELECT m.occurred_at
FROM ({orders}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: orders, keys, then time, 9
SELECT m.occurred_at
FROM ({password_resets}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: orders, keys, then time, 10
SELECT m.occurred_at
FROM ({profile_updates}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: orders, keys, then time, 11
SELECT m.occurred_at
FROM ({sign_ins}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: orders, keys, then time, 12
SELECT m.occurred_at
FROM ({sign_ups}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: orders, keys, then time, 13
SELECT DISTINCT x.edge
FROM (SELECT m.occurred_at AS edge, row_number() OVER (ORDER BY m.occurred_at) AS n
FROM ({orders}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND m.occurred_at IS NOT NULL) AS x
WHERE x.n %% %(n_1)s::INTEGER = %(param_1)s::INTEGER ORDER BY x.edge

-- sample: sign_ins, time, 1
SELECT m.occurred_at
FROM ({address_changes}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: sign_ins, time, 2
SELECT m.occurred_at
FROM ({cart_events}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: sign_ins, time, 3
SELECT m.occurred_at
FROM ({checkout_lines}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: sign_ins, time, 4
SELECT m.occurred_at
FROM ({checkouts}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: sign_ins, time, 5
SELECT m.occurred_at
FROM ({license_changes}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: sign_ins, time, 6
SELECT m.occurred_at
FROM ({order_lines}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: sign_ins, time, 7
SELECT m.occurred_at
FROM ({orders}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: sign_ins, time, 8
SELECT m.occurred_at
FROM ({password_resets}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: sign_ins, time, 9
SELECT m.occurred_at
FROM ({profile_updates}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: sign_ins, time, 10
SELECT m.occurred_at
FROM ({sign_ins}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: sign_ins, time, 11
SELECT m.occurred_at
FROM ({sign_ups}) AS m
WHERE m.occurred_at IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: sign_ins, time, 12
SELECT DISTINCT x.edge
FROM (SELECT m.occurred_at AS edge, row_number() OVER (ORDER BY m.occurred_at) AS n
FROM ({sign_ins}) AS m
WHERE m.user_id <= %(high)s AND (m.occurred_at IS NULL OR m.occurred_at <= %(to)s) AND m.occurred_at IS NOT NULL) AS x
WHERE x.n %% %(n_1)s::INTEGER = %(param_1)s::INTEGER ORDER BY x.edge
