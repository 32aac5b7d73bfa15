-- atg: accounts, users
SELECT m.row_id, m.user_id, m.changed_at, NULL AS is_deleted, m.email, m.first_name, m.last_name, NULL AS phone, NULL AS job_title, NULL AS company_name, m.username, NULL AS website, NULL AS gender, NULL AS birthday, NULL AS avatar, NULL AS description, NULL AS street, NULL AS city, NULL AS state, NULL AS postal_code, NULL AS country, m.created_at
FROM ({accounts}) AS m
WHERE m.user_id IN (?, ?)

-- atg: cart_events, users
SELECT NULL AS row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.action, m.cart_id, m.product_id, m.sku, NULL AS category, NULL AS name, NULL AS brand, NULL AS variant, m.price, m.quantity, NULL AS coupon, NULL AS position, NULL AS url, NULL AS image_url, NULL AS currency
FROM ({cart_events}) AS m
WHERE m.user_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- atg: cart_events, visitors
SELECT NULL AS row_id, m.user_id, m.anonymous_id, m.occurred_at, m.action, m.cart_id, m.product_id, m.sku, NULL AS category, NULL AS name, NULL AS brand, NULL AS variant, m.price, m.quantity, NULL AS coupon, NULL AS position, NULL AS url, NULL AS image_url, NULL AS currency
FROM ({cart_events}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- atg: order_lines, users
SELECT m.order_id, m.line_id, m.product_id, m.sku, NULL AS category, NULL AS name, NULL AS brand, NULL AS variant, m.price, m.quantity, NULL AS coupon, m.position, NULL AS url, NULL AS image_url
FROM ({order_lines}) AS m
WHERE m.user_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- atg: order_lines, visitors
SELECT m.order_id, m.line_id, m.product_id, m.sku, NULL AS category, NULL AS name, NULL AS brand, NULL AS variant, m.price, m.quantity, NULL AS coupon, m.position, NULL AS url, NULL AS image_url
FROM ({order_lines}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- atg: orders, users
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.is_completed, NULL AS is_test, NULL AS checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, NULL AS coupon, m.currency, m.changed_at
FROM ({orders}) AS m
WHERE m.user_id IN (?, ?) AND m.changed_at >= ? AND m.changed_at < ?

-- atg: orders, visitors
SELECT m.row_id, m.user_id, m.anonymous_id, m.occurred_at, m.is_completed, NULL AS is_test, NULL AS checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, NULL AS coupon, m.currency, m.changed_at
FROM ({orders}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id IN (?, ?) AND m.changed_at >= ? AND m.changed_at < ?

-- atg: sign_ins, users
SELECT m.row_id, m.user_id, m.occurred_at, m.email, NULL AS ip, NULL AS user_agent
FROM ({sign_ins}) AS m
WHERE m.user_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- atg: sign_ups, users
SELECT m.row_id, m.user_id, m.occurred_at, m.email, m.first_name, m.last_name
FROM ({sign_ups}) AS m
WHERE m.user_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: accounts, users
SELECT m.row_id, m.user_id, m.changed_at, m.is_deleted, m.email, m.first_name, m.last_name, m.phone, m.job_title, m.company_name, m.username, m.website, m.gender, m.birthday, NULL AS avatar, NULL AS description, m.street, m.city, m.state, m.postal_code, m.country, m.created_at
FROM ({accounts}) AS m
WHERE m.user_id IN (?, ?)

-- sample: address_changes, users
SELECT m.row_id, m.user_id, m.occurred_at, m.street, m.city, m.state, m.postal_code, m.country
FROM ({address_changes}) AS m
WHERE m.user_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: cart_events, users
SELECT NULL AS row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.action, m.cart_id, m.product_id, m.sku, m.category, m.name, m.brand, m.variant, m.price, m.quantity, m.coupon, m.position, m.url, m.image_url, NULL AS currency
FROM ({cart_events}) AS m
WHERE m.user_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: cart_events, visitors
SELECT NULL AS row_id, m.user_id, m.anonymous_id, m.occurred_at, m.action, m.cart_id, m.product_id, m.sku, m.category, m.name, m.brand, m.variant, m.price, m.quantity, m.coupon, m.position, m.url, m.image_url, NULL AS currency
FROM ({cart_events}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: checkout_lines, users
SELECT m.checkout_id, m.line_id, m.product_id, m.sku, m.category, m.name, m.brand, m.variant, m.price, m.quantity, NULL AS coupon, m.position, m.url, m.image_url
FROM ({checkout_lines}) AS m
WHERE m.user_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: checkout_lines, visitors
SELECT m.checkout_id, m.line_id, m.product_id, m.sku, m.category, m.name, m.brand, m.variant, m.price, m.quantity, NULL AS coupon, m.position, m.url, m.image_url
FROM ({checkout_lines}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: checkouts, users
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, NULL AS order_id, NULL AS affiliation, m.value, NULL AS revenue, NULL AS shipping, NULL AS tax, NULL AS discount, m.coupon, m.currency
FROM ({checkouts}) AS m
WHERE m.user_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: checkouts, visitors
SELECT m.row_id, m.user_id, m.anonymous_id, m.occurred_at, NULL AS order_id, NULL AS affiliation, m.value, NULL AS revenue, NULL AS shipping, NULL AS tax, NULL AS discount, m.coupon, m.currency
FROM ({checkouts}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: license_changes, users
SELECT m.row_id, m.user_id, m.occurred_at, m.license_id, m.action
FROM ({license_changes}) AS m
WHERE m.user_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: licenses, users
SELECT m.row_id, m.user_id, m.changed_at, m.created_at, m.profession, m.license_type, m.license_number, m.state, m.status, m.issued_on, m.expires_on
FROM ({licenses}) AS m
WHERE m.user_id IN (?, ?)

-- sample: memberships, users
SELECT m.row_id, m.user_id, m.changed_at, m.group_id, m.organisation_changed_at, m.name, m.industry, m.employees, m.email, m.phone, m.website, m."plan", m.description, NULL AS avatar, m.street, m.city, m.state, m.postal_code, m.country, m.created_at
FROM ({memberships}) AS m
WHERE m.user_id IN (?, ?)

-- sample: order_lines, users
SELECT m.order_id, m.line_id, m.product_id, m.sku, m.category, m.name, m.brand, m.variant, m.price, m.quantity, m.coupon, m.position, m.url, m.image_url
FROM ({order_lines}) AS m
WHERE m.user_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: order_lines, visitors
SELECT m.order_id, m.line_id, m.product_id, m.sku, m.category, m.name, m.brand, m.variant, m.price, m.quantity, m.coupon, m.position, m.url, m.image_url
FROM ({order_lines}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: orders, users
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.is_completed, m.is_test, m.checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, m.coupon, m.currency, m.changed_at
FROM ({orders}) AS m
WHERE m.user_id IN (?, ?) AND m.changed_at >= ? AND m.changed_at < ?

-- sample: orders, visitors
SELECT m.row_id, m.user_id, m.anonymous_id, m.occurred_at, m.is_completed, m.is_test, m.checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, m.coupon, m.currency, m.changed_at
FROM ({orders}) AS m
WHERE m.user_id IS NULL AND m.anonymous_id IN (?, ?) AND m.changed_at >= ? AND m.changed_at < ?

-- sample: password_resets, users
SELECT m.row_id, m.user_id, m.occurred_at, m.sent_at
FROM ({password_resets}) AS m
WHERE m.user_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: profile_updates, users
SELECT m.row_id, m.user_id, m.occurred_at, m.section, m.email, m.first_name, m.last_name, m.phone, m.company_name
FROM ({profile_updates}) AS m
WHERE m.user_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: sign_ins, users
SELECT m.row_id, m.user_id, m.occurred_at, m.email, m.ip, m.user_agent
FROM ({sign_ins}) AS m
WHERE m.user_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?

-- sample: sign_ups, users
SELECT m.row_id, m.user_id, m.occurred_at, m.email, m.first_name, m.last_name
FROM ({sign_ups}) AS m
WHERE m.user_id IN (?, ?) AND m.occurred_at >= ? AND m.occurred_at < ?
