-- atg: orders, a user, 1
SELECT m.row_id
FROM ({orders}) m
WHERE m.row_id IS NOT NULL
 FETCH FIRST 1 ROWS ONLY

-- atg: orders, a user, 2
SELECT m.row_id, m.user_id, m.anonymous_id
FROM ({orders}) m
WHERE m.row_id IN (:ids_1, :ids_2)

-- atg: orders, a user, 3
SELECT m.user_id
FROM ({orders}) m
WHERE m.user_id < :key ORDER BY m.user_id DESC
 FETCH FIRST 1 ROWS ONLY

-- atg: orders, a user, 4
SELECT DISTINCT m.user_id
FROM ({orders}) m
WHERE m.user_id < :key ORDER BY m.user_id DESC
 FETCH FIRST 100 ROWS ONLY

-- atg: orders, a visitor, 1
SELECT m.row_id
FROM ({orders}) m
WHERE m.row_id IS NOT NULL
 FETCH FIRST 1 ROWS ONLY

-- atg: orders, a visitor, 2
SELECT m.row_id, m.user_id, m.anonymous_id
FROM ({orders}) m
WHERE m.row_id IN (:ids_1, :ids_2)

-- atg: orders, a visitor, 3
SELECT m.anonymous_id
FROM ({orders}) m
WHERE m.anonymous_id < :key ORDER BY m.anonymous_id DESC
 FETCH FIRST 1 ROWS ONLY

-- atg: orders, a visitor, 4
SELECT DISTINCT m.anonymous_id
FROM ({orders}) m
WHERE m.anonymous_id < :key ORDER BY m.anonymous_id DESC
 FETCH FIRST 100 ROWS ONLY

-- sample: orders, a user, 1
SELECT m.row_id
FROM ({orders}) m
WHERE m.row_id IS NOT NULL
 FETCH FIRST 1 ROWS ONLY

-- sample: orders, a user, 2
SELECT m.row_id, m.user_id, m.anonymous_id
FROM ({orders}) m
WHERE m.row_id IN (:ids_1, :ids_2)

-- sample: orders, a user, 3
SELECT m.user_id
FROM ({orders}) m
WHERE m.user_id < :key ORDER BY m.user_id DESC
 FETCH FIRST 1 ROWS ONLY

-- sample: orders, a user, 4
SELECT DISTINCT m.user_id
FROM ({orders}) m
WHERE m.user_id < :key ORDER BY m.user_id DESC
 FETCH FIRST 100 ROWS ONLY

-- sample: orders, a visitor, 1
SELECT m.row_id
FROM ({orders}) m
WHERE m.row_id IS NOT NULL
 FETCH FIRST 1 ROWS ONLY

-- sample: orders, a visitor, 2
SELECT m.row_id, m.user_id, m.anonymous_id
FROM ({orders}) m
WHERE m.row_id IN (:ids_1, :ids_2)

-- sample: orders, a visitor, 3
SELECT m.anonymous_id
FROM ({orders}) m
WHERE m.anonymous_id < :key ORDER BY m.anonymous_id DESC
 FETCH FIRST 1 ROWS ONLY

-- sample: orders, a visitor, 4
SELECT DISTINCT m.anonymous_id
FROM ({orders}) m
WHERE m.anonymous_id < :key ORDER BY m.anonymous_id DESC
 FETCH FIRST 100 ROWS ONLY
