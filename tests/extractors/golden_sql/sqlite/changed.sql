-- atg: users, 1
SELECT m.user_id
FROM ({accounts}) AS m
WHERE m.user_id IS NOT NULL AND m.changed_at >= ? AND m.changed_at < ?

-- atg: users, 2
SELECT m.user_id
FROM ({cart_events}) AS m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- atg: users, 3
SELECT m.user_id
FROM ({order_lines}) AS m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- atg: users, 4
SELECT m.user_id
FROM ({orders}) AS m
WHERE m.user_id IS NOT NULL AND m.changed_at >= ? AND m.changed_at < ?

-- atg: users, 5
SELECT m.user_id
FROM ({sign_ins}) AS m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- atg: users, 6
SELECT m.user_id
FROM ({sign_ups}) AS m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- atg: visitors, 1
SELECT m.anonymous_id
FROM ({cart_events}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- atg: visitors, 2
SELECT m.anonymous_id
FROM ({order_lines}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- atg: visitors, 3
SELECT m.anonymous_id
FROM ({orders}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id IS NOT NULL AND m.changed_at >= ? AND m.changed_at < ?

-- atg: ahead, 1
SELECT count(*) AS count_1
FROM ({accounts}) AS m
WHERE m.changed_at >= ? AND m.changed_at < ?

-- atg: ahead, 2
SELECT count(*) AS count_1
FROM ({cart_events}) AS m
WHERE m.occurred_at >= ? AND m.occurred_at < ?

-- atg: ahead, 3
SELECT count(*) AS count_1
FROM ({order_lines}) AS m
WHERE m.occurred_at >= ? AND m.occurred_at < ?

-- atg: ahead, 4
SELECT count(*) AS count_1
FROM ({orders}) AS m
WHERE m.changed_at >= ? AND m.changed_at < ?

-- atg: ahead, 5
SELECT count(*) AS count_1
FROM ({sign_ins}) AS m
WHERE m.occurred_at >= ? AND m.occurred_at < ?

-- atg: ahead, 6
SELECT count(*) AS count_1
FROM ({sign_ups}) AS m
WHERE m.occurred_at >= ? AND m.occurred_at < ?

-- sample: users, 1
SELECT m.user_id
FROM ({accounts}) AS m
WHERE m.user_id IS NOT NULL AND m.changed_at >= ? AND m.changed_at < ?

-- sample: users, 2
SELECT m.user_id
FROM ({address_changes}) AS m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: users, 3
SELECT m.user_id
FROM ({cart_events}) AS m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: users, 4
SELECT m.user_id
FROM ({checkout_lines}) AS m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: users, 5
SELECT m.user_id
FROM ({checkouts}) AS m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: users, 6
SELECT m.user_id
FROM ({license_changes}) AS m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: users, 7
SELECT m.user_id
FROM ({licenses}) AS m
WHERE m.user_id IS NOT NULL AND m.changed_at >= ? AND m.changed_at < ?

-- sample: users, 8
SELECT m.user_id
FROM ({memberships}) AS m
WHERE m.user_id IS NOT NULL AND m.changed_at >= ? AND m.changed_at < ?

-- sample: users, 9
SELECT m.user_id
FROM ({order_lines}) AS m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: users, 10
SELECT m.user_id
FROM ({orders}) AS m
WHERE m.user_id IS NOT NULL AND m.changed_at >= ? AND m.changed_at < ?

-- sample: users, 11
SELECT m.user_id
FROM ({password_resets}) AS m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: users, 12
SELECT m.user_id
FROM ({profile_updates}) AS m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: users, 13
SELECT m.user_id
FROM ({sign_ins}) AS m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: users, 14
SELECT m.user_id
FROM ({sign_ups}) AS m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: visitors, 1
SELECT m.anonymous_id
FROM ({cart_events}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: visitors, 2
SELECT m.anonymous_id
FROM ({checkout_lines}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: visitors, 3
SELECT m.anonymous_id
FROM ({checkouts}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: visitors, 4
SELECT m.anonymous_id
FROM ({order_lines}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id IS NOT NULL AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: visitors, 5
SELECT m.anonymous_id
FROM ({orders}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id IS NOT NULL AND m.changed_at >= ? AND m.changed_at < ?

-- sample: ahead, 1
SELECT count(*) AS count_1
FROM ({accounts}) AS m
WHERE m.changed_at >= ? AND m.changed_at < ?

-- sample: ahead, 2
SELECT count(*) AS count_1
FROM ({address_changes}) AS m
WHERE m.occurred_at >= ? AND m.occurred_at < ?

-- sample: ahead, 3
SELECT count(*) AS count_1
FROM ({cart_events}) AS m
WHERE m.occurred_at >= ? AND m.occurred_at < ?

-- sample: ahead, 4
SELECT count(*) AS count_1
FROM ({checkout_lines}) AS m
WHERE m.occurred_at >= ? AND m.occurred_at < ?

-- sample: ahead, 5
SELECT count(*) AS count_1
FROM ({checkouts}) AS m
WHERE m.occurred_at >= ? AND m.occurred_at < ?

-- sample: ahead, 6
SELECT count(*) AS count_1
FROM ({license_changes}) AS m
WHERE m.occurred_at >= ? AND m.occurred_at < ?

-- sample: ahead, 7
SELECT count(*) AS count_1
FROM ({licenses}) AS m
WHERE m.changed_at >= ? AND m.changed_at < ?

-- sample: ahead, 8
SELECT count(*) AS count_1
FROM ({memberships}) AS m
WHERE m.changed_at >= ? AND m.changed_at < ?

-- sample: ahead, 9
SELECT count(*) AS count_1
FROM ({order_lines}) AS m
WHERE m.occurred_at >= ? AND m.occurred_at < ?

-- sample: ahead, 10
SELECT count(*) AS count_1
FROM ({orders}) AS m
WHERE m.changed_at >= ? AND m.changed_at < ?

-- sample: ahead, 11
SELECT count(*) AS count_1
FROM ({password_resets}) AS m
WHERE m.occurred_at >= ? AND m.occurred_at < ?

-- sample: ahead, 12
SELECT count(*) AS count_1
FROM ({profile_updates}) AS m
WHERE m.occurred_at >= ? AND m.occurred_at < ?

-- sample: ahead, 13
SELECT count(*) AS count_1
FROM ({sign_ins}) AS m
WHERE m.occurred_at >= ? AND m.occurred_at < ?

-- sample: ahead, 14
SELECT count(*) AS count_1
FROM ({sign_ups}) AS m
WHERE m.occurred_at >= ? AND m.occurred_at < ?
