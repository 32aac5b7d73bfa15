-- atg: orders, a user, 1
SELECT TOP 1 m.row_id
FROM ({orders}) AS m
WHERE m.row_id IS NOT NULL

-- atg: orders, a user, 2
SELECT m.row_id, m.user_id, m.anonymous_id
FROM ({orders}) AS m
WHERE m.row_id IN (%(ids_1)s, %(ids_2)s)

-- atg: orders, a user, 3
SELECT TOP 1 m.user_id
FROM ({orders}) AS m
WHERE m.user_id < %(key)s ORDER BY m.user_id DESC

-- atg: orders, a user, 4
SELECT DISTINCT TOP 100 m.user_id
FROM ({orders}) AS m
WHERE m.user_id < %(key)s ORDER BY m.user_id DESC

-- atg: orders, a visitor, 1
SELECT TOP 1 m.row_id
FROM ({orders}) AS m
WHERE m.row_id IS NOT NULL

-- atg: orders, a visitor, 2
SELECT m.row_id, m.user_id, m.anonymous_id
FROM ({orders}) AS m
WHERE m.row_id IN (%(ids_1)s, %(ids_2)s)

-- atg: orders, a visitor, 3
SELECT TOP 1 m.anonymous_id
FROM ({orders}) AS m
WHERE m.anonymous_id < %(key)s ORDER BY m.anonymous_id DESC

-- atg: orders, a visitor, 4
SELECT DISTINCT TOP 100 m.anonymous_id
FROM ({orders}) AS m
WHERE m.anonymous_id < %(key)s ORDER BY m.anonymous_id DESC

-- sample: orders, a user, 1
SELECT TOP 1 m.row_id
FROM ({orders}) AS m
WHERE m.row_id IS NOT NULL

-- sample: orders, a user, 2
SELECT m.row_id, m.user_id, m.anonymous_id
FROM ({orders}) AS m
WHERE m.row_id IN (%(ids_1)s, %(ids_2)s)

-- sample: orders, a user, 3
SELECT TOP 1 m.user_id
FROM ({orders}) AS m
WHERE m.user_id < %(key)s ORDER BY m.user_id DESC

-- sample: orders, a user, 4
SELECT DISTINCT TOP 100 m.user_id
FROM ({orders}) AS m
WHERE m.user_id < %(key)s ORDER BY m.user_id DESC

-- sample: orders, a visitor, 1
SELECT TOP 1 m.row_id
FROM ({orders}) AS m
WHERE m.row_id IS NOT NULL

-- sample: orders, a visitor, 2
SELECT m.row_id, m.user_id, m.anonymous_id
FROM ({orders}) AS m
WHERE m.row_id IN (%(ids_1)s, %(ids_2)s)

-- sample: orders, a visitor, 3
SELECT TOP 1 m.anonymous_id
FROM ({orders}) AS m
WHERE m.anonymous_id < %(key)s ORDER BY m.anonymous_id DESC

-- sample: orders, a visitor, 4
SELECT DISTINCT TOP 100 m.anonymous_id
FROM ({orders}) AS m
WHERE m.anonymous_id < %(key)s ORDER BY m.anonymous_id DESC
