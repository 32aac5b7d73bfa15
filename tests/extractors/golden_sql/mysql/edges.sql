-- atg: accounts, users
SELECT x.k
FROM (SELECT d.k AS k, row_number() OVER (ORDER BY d.k) AS n
FROM (SELECT DISTINCT m.user_id AS k
FROM ({accounts}) AS m
WHERE m.user_id IS NOT NULL) AS d) AS x
WHERE x.n %% %(n_1)s = %(param_1)s ORDER BY x.n

-- atg: cart_events, users
SELECT x.k
FROM (SELECT d.k AS k, row_number() OVER (ORDER BY d.k) AS n
FROM (SELECT DISTINCT m.user_id AS k
FROM ({cart_events}) AS m
WHERE m.user_id IS NOT NULL) AS d) AS x
WHERE x.n %% %(n_1)s = %(param_1)s ORDER BY x.n

-- atg: cart_events, visitors
SELECT x.k
FROM (SELECT d.k AS k, row_number() OVER (ORDER BY d.k) AS n
FROM (SELECT DISTINCT m.anonymous_id AS k
FROM ({cart_events}) AS m
WHERE m.anonymous_id IS NOT NULL AND m.user_id IS NULL) AS d) AS x
WHERE x.n %% %(n_1)s = %(param_1)s ORDER BY x.n

-- sample: accounts, users
SELECT x.k
FROM (SELECT d.k AS k, row_number() OVER (ORDER BY d.k) AS n
FROM (SELECT DISTINCT m.user_id AS k
FROM ({accounts}) AS m
WHERE m.user_id IS NOT NULL) AS d) AS x
WHERE x.n %% %(n_1)s = %(param_1)s ORDER BY x.n

-- sample: cart_events, users
SELECT x.k
FROM (SELECT d.k AS k, row_number() OVER (ORDER BY d.k) AS n
FROM (SELECT DISTINCT m.user_id AS k
FROM ({cart_events}) AS m
WHERE m.user_id IS NOT NULL) AS d) AS x
WHERE x.n %% %(n_1)s = %(param_1)s ORDER BY x.n

-- sample: cart_events, visitors
SELECT x.k
FROM (SELECT d.k AS k, row_number() OVER (ORDER BY d.k) AS n
FROM (SELECT DISTINCT m.anonymous_id AS k
FROM ({cart_events}) AS m
WHERE m.anonymous_id IS NOT NULL AND m.user_id IS NULL) AS d) AS x
WHERE x.n %% %(n_1)s = %(param_1)s ORDER BY x.n
