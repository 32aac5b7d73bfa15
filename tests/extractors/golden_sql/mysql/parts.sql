-- atg: orders, keys, then time, 1
SELECT DISTINCT x.edge
FROM (SELECT m.user_id AS edge, row_number() OVER (ORDER BY m.user_id) AS n
FROM ({orders}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND m.user_id IS NOT NULL) AS x
WHERE x.n %% %(n_1)s = %(param_1)s ORDER BY x.edge

-- atg: orders, keys, then time, 2
SELECT DISTINCT x.edge
FROM (SELECT m.occurred_at AS edge, row_number() OVER (ORDER BY m.occurred_at) AS n
FROM ({orders}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND m.occurred_at IS NOT NULL) AS x
WHERE x.n %% %(n_1)s = %(param_1)s ORDER BY x.edge

-- atg: sign_ins, time
SELECT DISTINCT x.edge
FROM (SELECT m.occurred_at AS edge, row_number() OVER (ORDER BY m.occurred_at) AS n
FROM ({sign_ins}) AS m
WHERE m.user_id <= %(high)s AND (m.occurred_at IS NULL OR m.occurred_at <= %(to)s) AND m.occurred_at IS NOT NULL) AS x
WHERE x.n %% %(n_1)s = %(param_1)s ORDER BY x.edge

-- sample: orders, keys, then time, 1
SELECT DISTINCT x.edge
FROM (SELECT m.user_id AS edge, row_number() OVER (ORDER BY m.user_id) AS n
FROM ({orders}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND m.user_id IS NOT NULL) AS x
WHERE x.n %% %(n_1)s = %(param_1)s ORDER BY x.edge

-- sample: orders, keys, then time, 2
SELECT DISTINCT x.edge
FROM (SELECT m.occurred_at AS edge, row_number() OVER (ORDER BY m.occurred_at) AS n
FROM ({orders}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND m.occurred_at IS NOT NULL) AS x
WHERE x.n %% %(n_1)s = %(param_1)s ORDER BY x.edge

-- sample: sign_ins, time
SELECT DISTINCT x.edge
FROM (SELECT m.occurred_at AS edge, row_number() OVER (ORDER BY m.occurred_at) AS n
FROM ({sign_ins}) AS m
WHERE m.user_id <= %(high)s AND (m.occurred_at IS NULL OR m.occurred_at <= %(to)s) AND m.occurred_at IS NOT NULL) AS x
WHERE x.n %% %(n_1)s = %(param_1)s ORDER BY x.edge
