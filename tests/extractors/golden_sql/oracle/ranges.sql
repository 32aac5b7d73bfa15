-- atg: accounts, users, low and high
SELECT m.row_id, m.user_id, m.changed_at, NULL AS is_deleted, m.email, m.first_name, m.last_name, NULL AS phone, NULL AS job_title, NULL AS company_name, m.username, NULL AS website, NULL AS gender, NULL AS birthday, NULL AS avatar, NULL AS description, NULL AS street, NULL AS city, NULL AS state, NULL AS postal_code, NULL AS country, m.created_at
FROM ({accounts}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- atg: cart_events, users, low and high
SELECT NULL AS row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.action, m.cart_id, m.product_id, m.sku, NULL AS category, NULL AS name, NULL AS brand, NULL AS variant, m.price, m.quantity, NULL AS coupon, NULL AS position, NULL AS url, NULL AS image_url, NULL AS currency
FROM ({cart_events}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- atg: order_lines, users, low and high
SELECT m.order_id, m.line_id, m.product_id, m.sku, NULL AS category, NULL AS name, NULL AS brand, NULL AS variant, m.price, m.quantity, NULL AS coupon, m.position, NULL AS url, NULL AS image_url
FROM ({order_lines}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- atg: orders, users, low and high
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.is_completed, NULL AS is_test, NULL AS checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, NULL AS coupon, m.currency
FROM ({orders}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- atg: sign_ins, users, low and high
SELECT m.row_id, m.user_id, m.occurred_at, m.email, NULL AS ip, NULL AS user_agent
FROM ({sign_ins}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- atg: sign_ups, users, low and high
SELECT m.row_id, m.user_id, m.occurred_at, m.email, m.first_name, m.last_name
FROM ({sign_ups}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- atg: orders, users, low
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.is_completed, NULL AS is_test, NULL AS checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, NULL AS coupon, m.currency
FROM ({orders}) m
WHERE m.user_id > :low

-- atg: orders, users, high
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.is_completed, NULL AS is_test, NULL AS checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, NULL AS coupon, m.currency
FROM ({orders}) m
WHERE m.user_id <= :high

-- atg: orders, users, no bound
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.is_completed, NULL AS is_test, NULL AS checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, NULL AS coupon, m.currency
FROM ({orders}) m
WHERE m.user_id IS NOT NULL

-- atg: orders, visitors, low
SELECT m.row_id, m.user_id, m.anonymous_id, m.occurred_at, m.is_completed, NULL AS is_test, NULL AS checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, NULL AS coupon, m.currency
FROM ({orders}) m
WHERE m.user_id IS NULL AND m.anonymous_id > :low

-- atg: orders, visitors, high
SELECT m.row_id, m.user_id, m.anonymous_id, m.occurred_at, m.is_completed, NULL AS is_test, NULL AS checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, NULL AS coupon, m.currency
FROM ({orders}) m
WHERE m.user_id IS NULL AND m.anonymous_id <= :high

-- atg: orders, visitors, no bound
SELECT m.row_id, m.user_id, m.anonymous_id, m.occurred_at, m.is_completed, NULL AS is_test, NULL AS checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, NULL AS coupon, m.currency
FROM ({orders}) m
WHERE m.user_id IS NULL AND m.anonymous_id IS NOT NULL

-- atg: sign_ins, users, low
SELECT m.row_id, m.user_id, m.occurred_at, m.email, NULL AS ip, NULL AS user_agent
FROM ({sign_ins}) m
WHERE m.user_id > :low

-- atg: sign_ins, users, high
SELECT m.row_id, m.user_id, m.occurred_at, m.email, NULL AS ip, NULL AS user_agent
FROM ({sign_ins}) m
WHERE m.user_id <= :high

-- atg: sign_ins, users, no bound
SELECT m.row_id, m.user_id, m.occurred_at, m.email, NULL AS ip, NULL AS user_agent
FROM ({sign_ins}) m
WHERE m.user_id IS NOT NULL

-- atg: orders, nobody
SELECT m.row_id, m.user_id, m.anonymous_id, m.occurred_at, m.is_completed, NULL AS is_test, NULL AS checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, NULL AS coupon, m.currency
FROM ({orders}) m
WHERE m.user_id IS NULL AND m.anonymous_id IS NULL

-- atg: sign_ins, nobody
SELECT m.row_id, m.user_id, m.occurred_at, m.email, NULL AS ip, NULL AS user_agent
FROM ({sign_ins}) m
WHERE m.user_id IS NULL

-- atg: accounts, nobody
SELECT m.row_id, m.user_id, m.changed_at, NULL AS is_deleted, m.email, m.first_name, m.last_name, NULL AS phone, NULL AS job_title, NULL AS company_name, m.username, NULL AS website, NULL AS gender, NULL AS birthday, NULL AS avatar, NULL AS description, NULL AS street, NULL AS city, NULL AS state, NULL AS postal_code, NULL AS country, m.created_at
FROM ({accounts}) m
WHERE m.user_id IS NULL

-- sample: accounts, users, low and high
SELECT m.row_id, m.user_id, m.changed_at, m.is_deleted, m.email, m.first_name, m.last_name, m.phone, m.job_title, m.company_name, m.username, m.website, m.gender, m.birthday, NULL AS avatar, NULL AS description, m.street, m.city, m.state, m.postal_code, m.country, m.created_at
FROM ({accounts}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- sample: address_changes, users, low and high
SELECT m.row_id, m.user_id, m.occurred_at, m.street, m.city, m.state, m.postal_code, m.country
FROM ({address_changes}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- sample: cart_events, users, low and high
SELECT NULL AS row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.action, m.cart_id, m.product_id, m.sku, m.category, m.name, m.brand, m.variant, m.price, m.quantity, m.coupon, m.position, m.url, m.image_url, NULL AS currency
FROM ({cart_events}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- sample: checkout_lines, users, low and high
SELECT m.checkout_id, m.line_id, m.product_id, m.sku, m.category, m.name, m.brand, m.variant, m.price, m.quantity, NULL AS coupon, m.position, m.url, m.image_url
FROM ({checkout_lines}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- sample: checkouts, users, low and high
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, NULL AS order_id, NULL AS affiliation, m.value, NULL AS revenue, NULL AS shipping, NULL AS tax, NULL AS discount, m.coupon, m.currency
FROM ({checkouts}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- sample: license_changes, users, low and high
SELECT m.row_id, m.user_id, m.occurred_at, m.license_id, m.action
FROM ({license_changes}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- sample: licenses, users, low and high
SELECT m.row_id, m.user_id, m.changed_at, m.created_at, m.profession, m.license_type, m.license_number, m.state, m.status, m.issued_on, m.expires_on
FROM ({licenses}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- sample: memberships, users, low and high
SELECT m.row_id, m.user_id, m.changed_at, m.group_id, m.organisation_changed_at, m.name, m.industry, m.employees, m.email, m.phone, m.website, m.plan, m.description, NULL AS avatar, m.street, m.city, m.state, m.postal_code, m.country, m.created_at
FROM ({memberships}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- sample: order_lines, users, low and high
SELECT m.order_id, m.line_id, m.product_id, m.sku, m.category, m.name, m.brand, m.variant, m.price, m.quantity, m.coupon, m.position, m.url, m.image_url
FROM ({order_lines}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- sample: orders, users, low and high
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.is_completed, m.is_test, m.checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, m.coupon, m.currency
FROM ({orders}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- sample: password_resets, users, low and high
SELECT m.row_id, m.user_id, m.occurred_at, m.sent_at
FROM ({password_resets}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- sample: profile_updates, users, low and high
SELECT m.row_id, m.user_id, m.occurred_at, m.section, m.email, m.first_name, m.last_name, m.phone, m.company_name
FROM ({profile_updates}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- sample: sign_ins, users, low and high
SELECT m.row_id, m.user_id, m.occurred_at, m.email, m.ip, m.user_agent
FROM ({sign_ins}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- sample: sign_ups, users, low and high
SELECT m.row_id, m.user_id, m.occurred_at, m.email, m.first_name, m.last_name
FROM ({sign_ups}) m
WHERE m.user_id > :low AND m.user_id <= :high

-- sample: orders, users, low
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.is_completed, m.is_test, m.checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, m.coupon, m.currency
FROM ({orders}) m
WHERE m.user_id > :low

-- sample: orders, users, high
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.is_completed, m.is_test, m.checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, m.coupon, m.currency
FROM ({orders}) m
WHERE m.user_id <= :high

-- sample: orders, users, no bound
SELECT m.row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.is_completed, m.is_test, m.checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, m.coupon, m.currency
FROM ({orders}) m
WHERE m.user_id IS NOT NULL

-- sample: orders, visitors, low
SELECT m.row_id, m.user_id, m.anonymous_id, m.occurred_at, m.is_completed, m.is_test, m.checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, m.coupon, m.currency
FROM ({orders}) m
WHERE m.user_id IS NULL AND m.anonymous_id > :low

-- sample: orders, visitors, high
SELECT m.row_id, m.user_id, m.anonymous_id, m.occurred_at, m.is_completed, m.is_test, m.checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, m.coupon, m.currency
FROM ({orders}) m
WHERE m.user_id IS NULL AND m.anonymous_id <= :high

-- sample: orders, visitors, no bound
SELECT m.row_id, m.user_id, m.anonymous_id, m.occurred_at, m.is_completed, m.is_test, m.checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, m.coupon, m.currency
FROM ({orders}) m
WHERE m.user_id IS NULL AND m.anonymous_id IS NOT NULL

-- sample: sign_ins, users, low
SELECT m.row_id, m.user_id, m.occurred_at, m.email, m.ip, m.user_agent
FROM ({sign_ins}) m
WHERE m.user_id > :low

-- sample: sign_ins, users, high
SELECT m.row_id, m.user_id, m.occurred_at, m.email, m.ip, m.user_agent
FROM ({sign_ins}) m
WHERE m.user_id <= :high

-- sample: sign_ins, users, no bound
SELECT m.row_id, m.user_id, m.occurred_at, m.email, m.ip, m.user_agent
FROM ({sign_ins}) m
WHERE m.user_id IS NOT NULL

-- sample: orders, nobody
SELECT m.row_id, m.user_id, m.anonymous_id, m.occurred_at, m.is_completed, m.is_test, m.checkout_id, m.affiliation, m.subtotal, m.total, m.shipping, m.tax, m.discount, m.coupon, m.currency
FROM ({orders}) m
WHERE m.user_id IS NULL AND m.anonymous_id IS NULL

-- sample: sign_ins, nobody
SELECT m.row_id, m.user_id, m.occurred_at, m.email, m.ip, m.user_agent
FROM ({sign_ins}) m
WHERE m.user_id IS NULL

-- sample: accounts, nobody
SELECT m.row_id, m.user_id, m.changed_at, m.is_deleted, m.email, m.first_name, m.last_name, m.phone, m.job_title, m.company_name, m.username, m.website, m.gender, m.birthday, NULL AS avatar, NULL AS description, m.street, m.city, m.state, m.postal_code, m.country, m.created_at
FROM ({accounts}) m
WHERE m.user_id IS NULL
