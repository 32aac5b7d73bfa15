-- atg: orders, a user, 1
SELECT m.row_id
FROM ({orders}) AS m
WHERE m.row_id IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- atg: orders, a user, 2
SELECT m.row_id, m.user_id, m.anonymous_id
FROM ({orders}) AS m
WHERE m.row_id IN (%(ids_1)s, %(ids_2)s)

-- atg: orders, a user, 3
SELECT m.user_id
FROM ({orders}) AS m
WHERE m.user_id < %(key)s ORDER BY m.user_id DESC
 LIMIT %(param_1)s::INTEGER

-- atg: orders, a user, 4
SELECT DISTINCT m.user_id
FROM ({orders}) AS m
WHERE m.user_id < %(key)s ORDER BY m.user_id DESC
 LIMIT %(param_1)s::INTEGER

-- atg: orders, a visitor, 1
SELECT m.row_id
FROM ({orders}) AS m
WHERE m.row_id IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- atg: orders, a visitor, 2
SELECT m.row_id, m.user_id, m.anonymous_id
FROM ({orders}) AS m
WHERE m.row_id IN (%(ids_1)s, %(ids_2)s)

-- atg: orders, a visitor, 3
SELECT m.anonymous_id
FROM ({orders}) AS m
WHERE m.anonymous_id < %(key)s ORDER BY m.anonymous_id DESC
 LIMIT %(param_1)s::INTEGER

-- atg: orders, a visitor, 4
SELECT DISTINCT m.anonymous_id
FROM ({orders}) AS m
WHERE m.anonymous_id < %(key)s ORDER BY m.anonymous_id DESC
 LIMIT %(param_1)s::INTEGER

-- sample: orders, a user, 1
SELECT m.row_id
FROM ({orders}) AS m
WHERE m.row_id IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: orders, a user, 2
SELECT m.row_id, m.user_id, m.anonymous_id
FROM ({orders}) AS m
WHERE m.row_id IN (%(ids_1)s, %(ids_2)s)

-- sample: orders, a user, 3
SELECT m.user_id
FROM ({orders}) AS m
WHERE m.user_id < %(key)s ORDER BY m.user_id DESC
 LIMIT %(param_1)s::INTEGER

-- sample: orders, a user, 4
SELECT DISTINCT m.user_id
FROM ({orders}) AS m
WHERE m.user_id < %(key)s ORDER BY m.user_id DESC
 LIMIT %(param_1)s::INTEGER

-- sample: orders, a visitor, 1
SELECT m.row_id
FROM ({orders}) AS m
WHERE m.row_id IS NOT NULL
 LIMIT %(param_1)s::INTEGER

-- sample: orders, a visitor, 2
SELECT m.row_id, m.user_id, m.anonymous_id
FROM ({orders}) AS m
WHERE m.row_id IN (%(ids_1)s, %(ids_2)s)

-- sample: orders, a visitor, 3
SELECT m.anonymous_id
FROM ({orders}) AS m
WHERE m.anonymous_id < %(key)s ORDER BY m.anonymous_id DESC
 LIMIT %(param_1)s::INTEGER

-- sample: orders, a visitor, 4
SELECT DISTINCT m.anonymous_id
FROM ({orders}) AS m
WHERE m.anonymous_id < %(key)s ORDER BY m.anonymous_id DESC
 LIMIT %(param_1)s::INTEGER
