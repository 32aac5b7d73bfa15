-- atg: orders, temper
SELECT m.changed_at
FROM ({orders}) AS m
WHERE m.changed_at IS NOT NULL
 LIMIT %(param_1)s

-- atg: orders, limit
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.is_completed, NULL AS is_test, NULL AS checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, NULL AS coupon, m.currency
FROM ({orders}) AS m
WHERE m.user_id IS NOT NULL
 LIMIT %(param_1)s

-- atg: orders, check
SELECT m.affiliation, m.anonymous_id, m.changed_at, m.currency, m.discount, m.is_completed, m.occurred_at, m.row_id, m.shipping, m.subtotal, m.tax, m.total, m.user_id
FROM ({orders}) AS m
WHERE m.user_id <= %(user_id)s AND m.anonymous_id <= %(anonymous_id)s AND 1 = 0

-- sample: orders, temper
SELECT m.changed_at
FROM ({orders}) AS m
WHERE m.changed_at IS NOT NULL
 LIMIT %(param_1)s

-- sample: orders, limit
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.is_completed, m.is_test, m.checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, m.coupon, m.currency
FROM ({orders}) AS m
WHERE m.user_id IS NOT NULL
 LIMIT %(param_1)s

-- sample: orders, check
SELECT m.affiliation, m.anonymous_id, m.changed_at, m.checkout_id, m.coupon, m.currency, m.discount, m.is_completed, m.is_test, m.occurred_at, m.row_id, m.shipping, m.subtotal, m.tax, m.total, m.user_id
FROM ({orders}) AS m
WHERE m.user_id <= %(user_id)s AND m.anonymous_id <= %(anonymous_id)s AND 1 = 0
