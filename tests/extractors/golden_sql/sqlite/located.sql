-- atg: orders, a user, 1
SELECT m.row_id
FROM ({orders}) AS m
WHERE m.row_id IS NOT NULL
 LIMIT ? OFFSET ?

-- atg: orders, a user, 2
SELECT m.row_id, m.user_id, m.anonymous_id
FROM ({orders}) AS m
WHERE m.row_id IN (?, ?)

-- atg: orders, a user, 3
SELECT m.user_id
FROM ({orders}) AS m
WHERE m.user_id < ? ORDER BY m.user_id DESC
 LIMIT ? OFFSET ?

-- atg: orders, a user, 4
SELECT DISTINCT m.user_id
FROM ({orders}) AS m
WHERE m.user_id < ? ORDER BY m.user_id DESC
 LIMIT ? OFFSET ?

-- atg: orders, a visitor, 1
SELECT m.row_id
FROM ({orders}) AS m
WHERE m.row_id IS NOT NULL
 LIMIT ? OFFSET ?

-- atg: orders, a visitor, 2
SELECT m.row_id, m.user_id, m.anonymous_id
FROM ({orders}) AS m
WHERE m.row_id IN (?, ?)

-- atg: orders, a visitor, 3
SELECT m.anonymous_id
FROM ({orders}) AS m
WHERE m.anonymous_id < ? ORDER BY m.anonymous_id DESC
 LIMIT ? OFFSET ?

-- atg: orders, a visitor, 4
SELECT DISTINCT m.anonymous_id
FROM ({orders}) AS m
WHERE m.anonymous_id < ? ORDER BY m.anonymous_id DESC
 LIMIT ? OFFSET ?

-- sample: orders, a user, 1
SELECT m.row_id
FROM ({orders}) AS m
WHERE m.row_id IS NOT NULL
 LIMIT ? OFFSET ?

-- sample: orders, a user, 2
SELECT m.row_id, m.user_id, m.anonymous_id
FROM ({orders}) AS m
WHERE m.row_id IN (?, ?)

-- sample: orders, a user, 3
SELECT m.user_id
FROM ({orders}) AS m
WHERE m.user_id < ? ORDER BY m.user_id DESC
 LIMIT ? OFFSET ?

-- sample: orders, a user, 4
SELECT DISTINCT m.user_id
FROM ({orders}) AS m
WHERE m.user_id < ? ORDER BY m.user_id DESC
 LIMIT ? OFFSET ?

-- sample: orders, a visitor, 1
SELECT m.row_id
FROM ({orders}) AS m
WHERE m.row_id IS NOT NULL
 LIMIT ? OFFSET ?

-- sample: orders, a visitor, 2
SELECT m.row_id, m.user_id, m.anonymous_id
FROM ({orders}) AS m
WHERE m.row_id IN (?, ?)

-- sample: orders, a visitor, 3
SELECT m.anonymous_id
FROM ({orders}) AS m
WHERE m.anonymous_id < ? ORDER BY m.anonymous_id DESC
 LIMIT ? OFFSET ?

-- sample: orders, a visitor, 4
SELECT DISTINCT m.anonymous_id
FROM ({orders}) AS m
WHERE m.anonymous_id < ? ORDER BY m.anonymous_id DESC
 LIMIT ? OFFSET ?
