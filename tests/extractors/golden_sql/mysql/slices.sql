-- atg: sign_ins, users, after False, to True
SELECT m.row_id, m.user_id, m.occurred_at, m.email, NULL AS ip, NULL AS user_agent
FROM ({sign_ins}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND (m.occurred_at IS NULL OR m.occurred_at <= %(to)s)

-- atg: sign_ins, users, after True, to True
SELECT m.row_id, m.user_id, m.occurred_at, m.email, NULL AS ip, NULL AS user_agent
FROM ({sign_ins}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND m.occurred_at > %(after)s AND m.occurred_at <= %(to)s

-- atg: sign_ins, users, after True, to False
SELECT m.row_id, m.user_id, m.occurred_at, m.email, NULL AS ip, NULL AS user_agent
FROM ({sign_ins}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND m.occurred_at > %(after)s

-- atg: orders, visitors, after False, to True
SELECT m.row_id, m.user_id, m.anonymous_id, m.occurred_at, m.is_completed, NULL AS is_test, NULL AS checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, NULL AS coupon, m.currency
FROM ({orders}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id > %(low)s AND m.anonymous_id <= %(high)s AND (m.occurred_at IS NULL OR m.occurred_at <= %(to)s)

-- atg: orders, visitors, after True, to True
SELECT m.row_id, m.user_id, m.anonymous_id, m.occurred_at, m.is_completed, NULL AS is_test, NULL AS checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, NULL AS coupon, m.currency
FROM ({orders}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id > %(low)s AND m.anonymous_id <= %(high)s AND m.occurred_at > %(after)s AND m.occurred_at <= %(to)s

-- atg: orders, visitors, after True, to False
SELECT m.row_id, m.user_id, m.anonymous_id, m.occurred_at, m.is_completed, NULL AS is_test, NULL AS checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, NULL AS coupon, m.currency
FROM ({orders}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id > %(low)s AND m.anonymous_id <= %(high)s AND m.occurred_at > %(after)s

-- sample: sign_ins, users, after False, to True
SELECT m.row_id, m.user_id, m.occurred_at, m.email, m.ip, m.user_agent
FROM ({sign_ins}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND (m.occurred_at IS NULL OR m.occurred_at <= %(to)s)

-- sample: sign_ins, users, after True, to True
SELECT m.row_id, m.user_id, m.occurred_at, m.email, m.ip, m.user_agent
FROM ({sign_ins}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND m.occurred_at > %(after)s AND m.occurred_at <= %(to)s

-- sample: sign_ins, users, after True, to False
SELECT m.row_id, m.user_id, m.occurred_at, m.email, m.ip, m.user_agent
FROM ({sign_ins}) AS m
WHERE m.user_id > %(low)s AND m.user_id <= %(high)s AND m.occurred_at > %(after)s

-- sample: orders, visitors, after False, to True
SELECT m.row_id, m.user_id, m.anonymous_id, m.occurred_at, m.is_completed, m.is_test, m.checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, m.coupon, m.currency
FROM ({orders}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id > %(low)s AND m.anonymous_id <= %(high)s AND (m.occurred_at IS NULL OR m.occurred_at <= %(to)s)

-- sample: orders, visitors, after True, to True
SELECT m.row_id, m.user_id, m.anonymous_id, m.occurred_at, m.is_completed, m.is_test, m.checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, m.coupon, m.currency
FROM ({orders}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id > %(low)s AND m.anonymous_id <= %(high)s AND m.occurred_at > %(after)s AND m.occurred_at <= %(to)s

-- sample: orders, visitors, after True, to False
SELECT m.row_id, m.user_id, m.anonymous_id, m.occurred_at, m.is_completed, m.is_test, m.checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, m.coupon, m.currency
FROM ({orders}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id > %(low)s AND m.anonymous_id <= %(high)s AND m.occurred_at > %(after)s
