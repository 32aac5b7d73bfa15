-- atg: users, 1
SELECT m.user_id
FROM ({accounts}) m
WHERE m.user_id IS NOT NULL AND m.changed_at >= :since AND m.changed_at < :until

-- atg: users, 2
SELECT m.user_id
FROM ({cart_events}) m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- atg: users, 3
SELECT m.user_id
FROM ({order_lines}) m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- atg: users, 4
SELECT m.user_id
FROM ({orders}) m
WHERE m.user_id IS NOT NULL AND m.changed_at >= :since AND m.changed_at < :until

-- atg: users, 5
SELECT m.user_id
FROM ({sign_ins}) m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- atg: users, 6
SELECT m.user_id
FROM ({sign_ups}) m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- atg: visitors, 1
SELECT m.anonymous_id
FROM ({cart_events}) m
WHERE m.user_id IS NULL AND m.anonymous_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- atg: visitors, 2
SELECT m.anonymous_id
FROM ({order_lines}) m
WHERE m.user_id IS NULL AND m.anonymous_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- atg: visitors, 3
SELECT m.anonymous_id
FROM ({orders}) m
WHERE m.user_id IS NULL AND m.anonymous_id IS NOT NULL AND m.changed_at >= :since AND m.changed_at < :until

-- atg: ahead, 1
SELECT count(*) AS count_1
FROM ({accounts}) m
WHERE m.changed_at >= :until AND m.changed_at < :sentinels

-- atg: ahead, 2
SELECT count(*) AS count_1
FROM ({cart_events}) m
WHERE m.occurred_at >= :until AND m.occurred_at < :sentinels

-- atg: ahead, 3
SELECT count(*) AS count_1
FROM ({order_lines}) m
WHERE m.occurred_at >= :until AND m.occurred_at < :sentinels

-- atg: ahead, 4
SELECT count(*) AS count_1
FROM ({orders}) m
WHERE m.changed_at >= :until AND m.changed_at < :sentinels

-- atg: ahead, 5
SELECT count(*) AS count_1
FROM ({sign_ins}) m
WHERE m.occurred_at >= :until AND m.occurred_at < :sentinels

-- atg: ahead, 6
SELECT count(*) AS count_1
FROM ({sign_ups}) m
WHERE m.occurred_at >= :until AND m.occurred_at < :sentinels

-- sample: users, 1
SELECT m.user_id
FROM ({accounts}) m
WHERE m.user_id IS NOT NULL AND m.changed_at >= :since AND m.changed_at < :until

-- sample: users, 2
SELECT m.user_id
FROM ({address_changes}) m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- sample: users, 3
SELECT m.user_id
FROM ({cart_events}) m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- sample: users, 4
SELECT m.user_id
FROM ({checkout_lines}) m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- sample: users, 5
SELECT m.user_id
FROM ({checkouts}) m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- sample: users, 6
SELECT m.user_id
FROM ({license_changes}) m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- sample: users, 7
SELECT m.user_id
FROM ({licenses}) m
WHERE m.user_id IS NOT NULL AND m.changed_at >= :since AND m.changed_at < :until

-- sample: users, 8
SELECT m.user_id
FROM ({memberships}) m
WHERE m.user_id IS NOT NULL AND m.changed_at >= :since AND m.changed_at < :until

-- sample: users, 9
SELECT m.user_id
FROM ({order_lines}) m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- sample: users, 10
SELECT m.user_id
FROM ({orders}) m
WHERE m.user_id IS NOT NULL AND m.changed_at >= :since AND m.changed_at < :until

-- sample: users, 11
SELECT m.user_id
FROM ({password_resets}) m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- sample: users, 12
SELECT m.user_id
FROM ({profile_updates}) m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- sample: users, 13
SELECT m.user_id
FROM ({sign_ins}) m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- sample: users, 14
SELECT m.user_id
FROM ({sign_ups}) m
WHERE m.user_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- sample: visitors, 1
SELECT m.anonymous_id
FROM ({cart_events}) m
WHERE m.user_id IS NULL AND m.anonymous_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- sample: visitors, 2
SELECT m.anonymous_id
FROM ({checkout_lines}) m
WHERE m.user_id IS NULL AND m.anonymous_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- sample: visitors, 3
SELECT m.anonymous_id
FROM ({checkouts}) m
WHERE m.user_id IS NULL AND m.anonymous_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- sample: visitors, 4
SELECT m.anonymous_id
FROM ({order_lines}) m
WHERE m.user_id IS NULL AND m.anonymous_id IS NOT NULL AND m.occurred_at >= :since AND m.occurred_at < :until

-- sample: visitors, 5
SELECT m.anonymous_id
FROM ({orders}) m
WHERE m.user_id IS NULL AND m.anonymous_id IS NOT NULL AND m.changed_at >= :since AND m.changed_at < :until

-- sample: ahead, 1
SELECT count(*) AS count_1
FROM ({accounts}) m
WHERE m.changed_at >= :until AND m.changed_at < :sentinels

-- sample: ahead, 2
SELECT count(*) AS count_1
FROM ({address_changes}) m
WHERE m.occurred_at >= :until AND m.occurred_at < :sentinels

-- sample: ahead, 3
SELECT count(*) AS count_1
FROM ({cart_events}) m
WHERE m.occurred_at >= :until AND m.occurred_at < :sentinels

-- sample: ahead, 4
SELECT count(*) AS count_1
FROM ({checkout_lines}) m
WHERE m.occurred_at >= :until AND m.occurred_at < :sentinels

-- sample: ahead, 5
SELECT count(*) AS count_1
FROM ({checkouts}) m
WHERE m.occurred_at >= :until AND m.occurred_at < :sentinels

-- sample: ahead, 6
SELECT count(*) AS count_1
FROM ({license_changes}) m
WHERE m.occurred_at >= :until AND m.occurred_at < :sentinels

-- sample: ahead, 7
SELECT count(*) AS count_1
FROM ({licenses}) m
WHERE m.changed_at >= :until AND m.changed_at < :sentinels

-- sample: ahead, 8
SELECT count(*) AS count_1
FROM ({memberships}) m
WHERE m.changed_at >= :until AND m.changed_at < :sentinels

-- sample: ahead, 9
SELECT count(*) AS count_1
FROM ({order_lines}) m
WHERE m.occurred_at >= :until AND m.occurred_at < :sentinels

-- sample: ahead, 10
SELECT count(*) AS count_1
FROM ({orders}) m
WHERE m.changed_at >= :until AND m.changed_at < :sentinels

-- sample: ahead, 11
SELECT count(*) AS count_1
FROM ({password_resets}) m
WHERE m.occurred_at >= :until AND m.occurred_at < :sentinels

-- sample: ahead, 12
SELECT count(*) AS count_1
FROM ({profile_updates}) m
WHERE m.occurred_at >= :until AND m.occurred_at < :sentinels

-- sample: ahead, 13
SELECT count(*) AS count_1
FROM ({sign_ins}) m
WHERE m.occurred_at >= :until AND m.occurred_at < :sentinels

-- sample: ahead, 14
SELECT count(*) AS count_1
FROM ({sign_ups}) m
WHERE m.occurred_at >= :until AND m.occurred_at < :sentinels
