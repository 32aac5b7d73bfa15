-- atg: orders, 2020-06-01T00:00:00.000000Z to 2021-06-01T00:00:00.000000Z
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.is_completed, NULL AS is_test, NULL AS checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, NULL AS coupon, m.currency
FROM ({orders}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND (m.occurred_at IS NULL OR m.occurred_at >= %(since)s AND m.occurred_at < %(until)s)

-- atg: orders, 2020-06-01T00:00:00.000000Z to None
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.is_completed, NULL AS is_test, NULL AS checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, NULL AS coupon, m.currency
FROM ({orders}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND (m.occurred_at IS NULL OR m.occurred_at >= %(since)s)

-- atg: orders, None to 2021-06-01T00:00:00.000000Z
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.is_completed, NULL AS is_test, NULL AS checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, NULL AS coupon, m.currency
FROM ({orders}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND (m.occurred_at IS NULL OR m.occurred_at < %(until)s)

-- sample: orders, 2020-06-01T00:00:00.000000Z to 2021-06-01T00:00:00.000000Z
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.is_completed, m.is_test, m.checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, m.coupon, m.currency
FROM ({orders}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND (m.occurred_at IS NULL OR m.occurred_at >= %(since)s AND m.occurred_at < %(until)s)

-- sample: orders, 2020-06-01T00:00:00.000000Z to None
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.is_completed, m.is_test, m.checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, m.coupon, m.currency
FROM ({orders}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND (m.occurred_at IS NULL OR m.occurred_at >= %(since)s)

-- sample: orders, None to 2021-06-01T00:00:00.000000Z
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.is_completed, m.is_test, m.checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, m.coupon, m.currency
FROM ({orders}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND (m.occurred_at IS NULL OR m.occurred_at < %(until)s)
