-- atg: accounts, users
SELECT x.k
FROM (SELECT d.k AS k, row_number() OVER (ORDER BY d.k) AS n
FROM (SELECT DISTINCT m.user_id AS k
FROM ({accounts}) m
WHERE m.user_id IS NOT NULL) d) x
WHERE mod(x.n, :n_1) = :param_1 ORDER BY x.n

-- atg: cart_events, users
SELECT x.k
FROM (SELECT d.k AS k, row_number() OVER (ORDER BY d.k) AS n
FROM (SELECT DISTINCT m.user_id AS k
FROM ({cart_events}) m
WHERE m.user_id IS NOT NULL) d) x
WHERE mod(x.n, :n_1) = :param_1 ORDER BY x.n

-- atg: cart_events, visitors
SELECT x.k
FROM (SELECT d.k AS k, row_number() OVER (ORDER BY d.k) AS n
FROM (SELECT DISTINCT m.anonymous_id AS k
FROM ({cart_events}) m
WHERE m.anonymous_id IS NOT NULL AND m.user_id IS NULL) d) x
WHERE mod(x.n, :n_1) = :param_1 ORDER BY x.n

-- sample: accounts, users
SELECT x.k
FROM (SELECT d.k AS k, row_number() OVER (ORDER BY d.k) AS n
FROM (SELECT DISTINCT m.user_id AS k
FROM ({accounts}) m
WHERE m.user_id IS NOT NULL) d) x
WHERE mod(x.n, :n_1) = :param_1 ORDER BY x.n

-- sample: cart_events, users
SELECT x.k
FROM (SELECT d.k AS k, row_number() OVER (ORDER BY d.k) AS n
FROM (SELECT DISTINCT m.user_id AS k
FROM ({cart_events}) m
WHERE m.user_id IS NOT NULL) d) x
WHERE mod(x.n, :n_1) = :param_1 ORDER BY x.n

-- sample: cart_events, visitors
SELECT x.k
FROM (SELECT d.k AS k, row_number() OVER (ORDER BY d.k) AS n
FROM (SELECT DISTINCT m.anonymous_id AS k
FROM ({cart_events}) m
WHERE m.anonymous_id IS NOT NULL AND m.user_id IS NULL) d) x
WHERE mod(x.n, :n_1) = :param_1 ORDER BY x.n
