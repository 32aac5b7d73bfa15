-- atg: orders, keys, then time, 1
SELECT DISTINCT x.edge
FROM (SELECT m.user_id AS edge, row_number() OVER (ORDER BY m.user_id) AS n
FROM ({orders}) m
WHERE m.user_id > :low AND m.user_id <= :high AND m.user_id IS NOT NULL) x
WHERE mod(x.n, :n_1) = :param_1 ORDER BY x.edge

-- atg: orders, keys, then time, 2
SELECT DISTINCT x.edge
FROM (SELECT m.occurred_at AS edge, row_number() OVER (ORDER BY m.occurred_at) AS n
FROM ({orders}) m
WHERE m.user_id > :low AND m.user_id <= :high AND m.occurred_at IS NOT NULL) x
WHERE mod(x.n, :n_1) = :param_1 ORDER BY x.edge

-- atg: sign_ins, time
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
SELECT DISTINCT x.edge
FROM (SELECT m.occurred_at AS edge, row_number() OVER (ORDER BY m.occurred_at) AS n
FROM ({orders}) m
WHERE m.user_id > :low AND m.user_id <= :high AND m.occurred_at IS NOT NULL) x
WHERE mod(x.n, :n_1) = :param_1 ORDER BY x.edge

-- sample: sign_ins, time
SELECT DISTINCT x.edge
FROM (SELECT m.occurred_at AS edge, row_number() OVER (ORDER BY m.occurred_at) AS n
FROM ({sign_ins}) m
WHERE m.user_id <= :high AND (m.occurred_at IS NULL OR m.occurred_at <= :"to") AND m.occurred_at IS NOT NULL) x
WHERE mod(x.n, :n_1) = :param_1 ORDER BY x.edge
