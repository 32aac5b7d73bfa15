-- atg: cart_events, users
SELECT NULL AS row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.action, m.cart_id, m.product_id, m.sku, NULL AS category, NULL AS name, NULL AS brand, NULL AS variant, m.price, m.quantity, NULL AS coupon, NULL AS position, NULL AS url, NULL AS image_url, NULL AS currency
FROM (SELECT e.written_at AS changed_at, u.id AS user_id, e.profileid AS anonymous_id, e.timestamp AS occurred_at,
       CASE WHEN LOWER(e.id) LIKE '%remove%' THEN 'remove' WHEN LOWER(e.id) LIKE '%add%' THEN 'add' ELSE e.id END
           AS action,
       e.orderid AS cart_id, e.itemid AS product_id, e.itemid AS sku, e.quantity,
       ROUND(e.amount * 1.0 / NULLIF(e.quantity, 0), 2) AS price
FROM dcs_cart_event e
LEFT JOIN dps_user u ON u.id = e.profileid AND u.member = 1
) AS m JOIN (SELECT DISTINCT g.user_id AS user_id, g.occurred_at AS occurred_at
FROM (SELECT e.written_at AS changed_at, u.id AS user_id, e.profileid AS anonymous_id, e.timestamp AS occurred_at,
       CASE WHEN LOWER(e.id) LIKE '%remove%' THEN 'remove' WHEN LOWER(e.id) LIKE '%add%' THEN 'add' ELSE e.id END
           AS action,
       e.orderid AS cart_id, e.itemid AS product_id, e.itemid AS sku, e.quantity,
       ROUND(e.amount * 1.0 / NULLIF(e.quantity, 0), 2) AS price
FROM dcs_cart_event e
LEFT JOIN dps_user u ON u.id = e.profileid AND u.member = 1
) AS g
WHERE g.user_id IN (%(keys_1)s, %(keys_2)s) AND g.changed_at >= %(since)s AND g.changed_at < %(until)s) AS i ON (m.user_id = i.user_id OR m.user_id IS NULL AND i.user_id IS NULL) AND (m.occurred_at = i.occurred_at OR m.occurred_at IS NULL AND i.occurred_at IS NULL)
WHERE m.user_id IN (%(keys_1)s, %(keys_2)s)

-- atg: cart_events, visitors
SELECT NULL AS row_id, m.user_id, m.anonymous_id, m.occurred_at, m.action, m.cart_id, m.product_id, m.sku, NULL AS category, NULL AS name, NULL AS brand, NULL AS variant, m.price, m.quantity, NULL AS coupon, NULL AS position, NULL AS url, NULL AS image_url, NULL AS currency
FROM (SELECT e.written_at AS changed_at, u.id AS user_id, e.profileid AS anonymous_id, e.timestamp AS occurred_at,
       CASE WHEN LOWER(e.id) LIKE '%remove%' THEN 'remove' WHEN LOWER(e.id) LIKE '%add%' THEN 'add' ELSE e.id END
           AS action,
       e.orderid AS cart_id, e.itemid AS product_id, e.itemid AS sku, e.quantity,
       ROUND(e.amount * 1.0 / NULLIF(e.quantity, 0), 2) AS price
FROM dcs_cart_event e
LEFT JOIN dps_user u ON u.id = e.profileid AND u.member = 1
) AS m JOIN (SELECT DISTINCT g.anonymous_id AS anonymous_id, g.occurred_at AS occurred_at
FROM (SELECT e.written_at AS changed_at, u.id AS user_id, e.profileid AS anonymous_id, e.timestamp AS occurred_at,
       CASE WHEN LOWER(e.id) LIKE '%remove%' THEN 'remove' WHEN LOWER(e.id) LIKE '%add%' THEN 'add' ELSE e.id END
           AS action,
       e.orderid AS cart_id, e.itemid AS product_id, e.itemid AS sku, e.quantity,
       ROUND(e.amount * 1.0 / NULLIF(e.quantity, 0), 2) AS price
FROM dcs_cart_event e
LEFT JOIN dps_user u ON u.id = e.profileid AND u.member = 1
) AS g
WHERE g.user_id IS NULL AND g.anonymous_id IN (%(keys_1)s, %(keys_2)s) AND g.changed_at >= %(since)s AND g.changed_at < %(until)s) AS i ON (m.anonymous_id = i.anonymous_id OR m.anonymous_id IS NULL AND i.anonymous_id IS NULL) AND (m.occurred_at = i.occurred_at OR m.occurred_at IS NULL AND i.occurred_at IS NULL)
WHERE m.user_id IS NULL AND m.anonymous_id IN (%(keys_1)s, %(keys_2)s)

-- atg: cart_events, nobody
SELECT NULL AS row_id, m.user_id, m.anonymous_id, m.occurred_at, m.action, m.cart_id, m.product_id, m.sku, NULL AS category, NULL AS name, NULL AS brand, NULL AS variant, m.price, m.quantity, NULL AS coupon, NULL AS position, NULL AS url, NULL AS image_url, NULL AS currency
FROM (SELECT e.written_at AS changed_at, u.id AS user_id, e.profileid AS anonymous_id, e.timestamp AS occurred_at,
       CASE WHEN LOWER(e.id) LIKE '%remove%' THEN 'remove' WHEN LOWER(e.id) LIKE '%add%' THEN 'add' ELSE e.id END
           AS action,
       e.orderid AS cart_id, e.itemid AS product_id, e.itemid AS sku, e.quantity,
       ROUND(e.amount * 1.0 / NULLIF(e.quantity, 0), 2) AS price
FROM dcs_cart_event e
LEFT JOIN dps_user u ON u.id = e.profileid AND u.member = 1
) AS m JOIN (SELECT DISTINCT g.occurred_at AS occurred_at
FROM (SELECT e.written_at AS changed_at, u.id AS user_id, e.profileid AS anonymous_id, e.timestamp AS occurred_at,
       CASE WHEN LOWER(e.id) LIKE '%remove%' THEN 'remove' WHEN LOWER(e.id) LIKE '%add%' THEN 'add' ELSE e.id END
           AS action,
       e.orderid AS cart_id, e.itemid AS product_id, e.itemid AS sku, e.quantity,
       ROUND(e.amount * 1.0 / NULLIF(e.quantity, 0), 2) AS price
FROM dcs_cart_event e
LEFT JOIN dps_user u ON u.id = e.profileid AND u.member = 1
) AS g
WHERE g.user_id IS NULL AND g.anonymous_id IS NULL AND g.changed_at >= %(since)s AND g.changed_at < %(until)s) AS i ON m.occurred_at = i.occurred_at OR m.occurred_at IS NULL AND i.occurred_at IS NULL
WHERE m.user_id IS NULL AND m.anonymous_id IS NULL

-- sample: cart_events, users
SELECT NULL AS row_id, m.user_id, NULL AS anonymous_id, m.occurred_at, m.action, m.cart_id, m.product_id, m.sku, m.category, m.name, m.brand, m.variant, m.price, m.quantity, m.coupon, m.position, m.url, m.image_url, NULL AS currency
FROM (SELECT e.written_at AS changed_at, e.account_id AS user_id, e.session_id AS anonymous_id, e.happened_at AS occurred_at, e.action, e.cart_id,
       e.product_id, p.sku, p.category, p.name, p.brand, p.variant, e.unit_price AS price, e.quantity, e.coupon,
       e.position, p.url, p.image_url
FROM cart_events e LEFT JOIN products p ON p.product_id = e.product_id
) AS m JOIN (SELECT DISTINCT g.user_id AS user_id, g.occurred_at AS occurred_at
FROM (SELECT e.written_at AS changed_at, e.account_id AS user_id, e.session_id AS anonymous_id, e.happened_at AS occurred_at, e.action, e.cart_id,
       e.product_id, p.sku, p.category, p.name, p.brand, p.variant, e.unit_price AS price, e.quantity, e.coupon,
       e.position, p.url, p.image_url
FROM cart_events e LEFT JOIN products p ON p.product_id = e.product_id
) AS g
WHERE g.user_id IN (%(keys_1)s, %(keys_2)s) AND g.changed_at >= %(since)s AND g.changed_at < %(until)s) AS i ON (m.user_id = i.user_id OR m.user_id IS NULL AND i.user_id IS NULL) AND (m.occurred_at = i.occurred_at OR m.occurred_at IS NULL AND i.occurred_at IS NULL)
WHERE m.user_id IN (%(keys_1)s, %(keys_2)s)

-- sample: cart_events, visitors
SELECT NULL AS row_id, m.user_id, m.anonymous_id, m.occurred_at, m.action, m.cart_id, m.product_id, m.sku, m.category, m.name, m.brand, m.variant, m.price, m.quantity, m.coupon, m.position, m.url, m.image_url, NULL AS currency
FROM (SELECT e.written_at AS changed_at, e.account_id AS user_id, e.session_id AS anonymous_id, e.happened_at AS occurred_at, e.action, e.cart_id,
       e.product_id, p.sku, p.category, p.name, p.brand, p.variant, e.unit_price AS price, e.quantity, e.coupon,
       e.position, p.url, p.image_url
FROM cart_events e LEFT JOIN products p ON p.product_id = e.product_id
) AS m JOIN (SELECT DISTINCT g.anonymous_id AS anonymous_id, g.occurred_at AS occurred_at
FROM (SELECT e.written_at AS changed_at, e.account_id AS user_id, e.session_id AS anonymous_id, e.happened_at AS occurred_at, e.action, e.cart_id,
       e.product_id, p.sku, p.category, p.name, p.brand, p.variant, e.unit_price AS price, e.quantity, e.coupon,
       e.position, p.url, p.image_url
FROM cart_events e LEFT JOIN products p ON p.product_id = e.product_id
) AS g
WHERE g.user_id IS NULL AND g.anonymous_id IN (%(keys_1)s, %(keys_2)s) AND g.changed_at >= %(since)s AND g.changed_at < %(until)s) AS i ON (m.anonymous_id = i.anonymous_id OR m.anonymous_id IS NULL AND i.anonymous_id IS NULL) AND (m.occurred_at = i.occurred_at OR m.occurred_at IS NULL AND i.occurred_at IS NULL)
WHERE m.user_id IS NULL AND m.anonymous_id IN (%(keys_1)s, %(keys_2)s)

-- sample: cart_events, nobody
SELECT NULL AS row_id, m.user_id, m.anonymous_id, m.occurred_at, m.action, m.cart_id, m.product_id, m.sku, m.category, m.name, m.brand, m.variant, m.price, m.quantity, m.coupon, m.position, m.url, m.image_url, NULL AS currency
FROM (SELECT e.written_at AS changed_at, e.account_id AS user_id, e.session_id AS anonymous_id, e.happened_at AS occurred_at, e.action, e.cart_id,
       e.product_id, p.sku, p.category, p.name, p.brand, p.variant, e.unit_price AS price, e.quantity, e.coupon,
       e.position, p.url, p.image_url
FROM cart_events e LEFT JOIN products p ON p.product_id = e.product_id
) AS m JOIN (SELECT DISTINCT g.occurred_at AS occurred_at
FROM (SELECT e.written_at AS changed_at, e.account_id AS user_id, e.session_id AS anonymous_id, e.happened_at AS occurred_at, e.action, e.cart_id,
       e.product_id, p.sku, p.category, p.name, p.brand, p.variant, e.unit_price AS price, e.quantity, e.coupon,
       e.position, p.url, p.image_url
FROM cart_events e LEFT JOIN products p ON p.product_id = e.product_id
) AS g
WHERE g.user_id IS NULL AND g.anonymous_id IS NULL AND g.changed_at >= %(since)s AND g.changed_at < %(until)s) AS i ON m.occurred_at = i.occurred_at OR m.occurred_at IS NULL AND i.occurred_at IS NULL
WHERE m.user_id IS NULL AND m.anonymous_id IS NULL
