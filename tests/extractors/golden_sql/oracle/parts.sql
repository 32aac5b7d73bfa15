-- atg: orders, keys, then time, 1
SELECT DISTINCT x.edge
FROM (SELECT m.user_id AS edge, row_number() OVER (ORDER BY m.user_id) AS n
FROM ({orders}) m
WHERE m.user_id > :low AND m.user_id <= :high AND m.user_id IS NOT NULL) x
WHERE mod(x.n, :n_1) = :param_1 ORDER BY x.edge

-- atg: orders, keys, then time, 2
SELECT m.occurred_at
FROM ({cart_events}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- atg: orders, keys, then time, 3
SELECT m.occurred_at
FROM ({order_lines}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- atg: orders, keys, then time, 4
SELECT m.occurred_at
FROM ({orders}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- atg: orders, keys, then time, 5
SELECT m.occurred_at
FROM ({sign_ins}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- atg: orders, keys, then time, 6
SELECT m.occurred_at
FROM ({sign_ups}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- atg: orders, keys, then time, 7
SELECT DISTINCT x.edge
FROM (SELECT m.occurred_at AS edge, row_number() OVER (ORDER BY m.occurred_at) AS n
FROM ({orders}) m
WHERE m.user_id > :low AND m.user_id <= :high AND m.occurred_at IS NOT NULL) x
WHERE mod(x.n, :n_1) = :param_1 ORDER BY x.edge

-- atg: sign_ins, time, 1
SELECT m.occurred_at
FROM ({cart_events}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- atg: sign_ins, time, 2
SELECT m.occurred_at
FROM ({order_lines}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- atg: sign_ins, time, 3
SELECT m.occurred_at
FROM ({orders}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- atg: sign_ins, time, 4
SELECT m.occurred_at
FROM ({sign_ins}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- atg: sign_ins, time, 5
SELECT m.occurred_at
FROM ({sign_ups}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- atg: sign_ins, time, 6
SELECT DISTINCT x.edge
FROM (SELECT m.occurred_at AS edge, row_number() OVER (ORDER BY m.occurred_at) AS n
FROM ({sign_ins}) m
WHERE m.user_id <= :high AND (m.occurred_at IS NULL OR m.occurred_at <= :"to") AND m.occurred_at IS NOT NULL) x
WHERE mod(x.n, :n_1) = :param_1 ORDER BY x.edge

-- sample: orders, keys, then time, 1
SELECT DISTINCT x.edge
FROM (SELECT m.user_id AS edge, row_number() OVER (ORDER BY m.user_id) AS n
FROM ({orders}) m
WHERE m.user_id > :low AND m.user_id <= :high AND m.user_id IS NOT NULL) x
WHERE mod(x.n, :n_1) = :param_1 ORDER BY x.edge

-- sample: orders, keys, then time, 2
SELECT m.occurred_at
FROM ({address_changes}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: orders, keys, then time, 3
SELECT m.occurred_at
FROM ({cart_events}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: orders, keys, then time, 4
SELECT m.occurred_at
FROM ({checkout_lines}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: orders, keys, then time, 5
SELECT m.occurred_at
FROM ({checkouts}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: orders, keys, then time, 6
SELECT m.occurred_at
FROM ({license_changes}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: orders, keys, then time, 7
SELECT m.occurred_at
FROM ({order_lines}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: orders, keys, then time, 8
SELECT m.occurred_at
FROM ({orders}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: orders, keys, then time, 9
SELECT m.occurred_at
FROM ({password_resets}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: orders, keys, then time, 10
SELECT m.occurred_at
FROM ({profile_updates}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: orders, keys, then time, 11
SELECT m.occurred_at
FROM ({sign_ins}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: orders, keys, then time, 12
SELECT m.occurred_at
FROM ({sign_ups}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: orders, keys, then time, 13
SELECT DISTINCT x.edge
FROM (SELECT m.occurred_at AS edge, row_number() OVER (ORDER BY m.occurred_at) AS n
FROM ({orders}) m
WHERE m.user_id > :low AND m.user_id <= :high AND m.occurred_at IS NOT NULL) x
WHERE mod(x.n, :n_1) = :param_1 ORDER BY x.edge

-- sample: sign_ins, time, 1
SELECT m.occurred_at
FROM ({address_changes}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: sign_ins, time, 2
SELECT m.occurred_at
FROM ({cart_events}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: sign_ins, time, 3
SELECT m.occurred_at
FROM ({checkout_lines}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: sign_ins, time, 4
SELECT m.occurred_at
FROM ({checkouts}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: sign_ins, time, 5
SELECT m.occurred_at
FROM ({license_changes}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: sign_ins, time, 6
SELECT m.occurred_at
FROM ({order_lines}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: sign_ins, time, 7
SELECT m.occurred_at
FROM ({orders}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: sign_ins, time, 8
SELECT m.occurred_at
FROM ({password_resets}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: sign_ins, time, 9
SELECT m.occurred_at
FROM ({profile_updates}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: sign_ins, time, 10
SELECT m.occurred_at
FROM ({sign_ins}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: sign_ins, time, 11
SELECT m.occurred_at
FROM ({sign_ups}) m
WHERE m.occurred_at IS NOT NULL
 FETCH FIRST 100 ROWS ONLY

-- sample: sign_ins, time, 12
SELECT DISTINCT x.edge
FROM (SELECT m.occurred_at AS edge, row_number() OVER (ORDER BY m.occurred_at) AS n
FROM ({sign_ins}) m
WHERE m.user_id <= :high AND (m.occurred_at IS NULL OR m.occurred_at <= :"to") AND m.occurred_at IS NOT NULL) x
WHERE mod(x.n, :n_1) = :param_1 ORDER BY x.edge
