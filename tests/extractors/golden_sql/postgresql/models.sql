-- atg: accounts
SELECT id AS row_id, id AS user_id, COALESCE(lastactivity_date, registration_date) AS changed_at,
       registration_date AS created_at, login AS username, email, first_name, last_name
FROM dps_user
WHERE member = 1

-- atg: cart_events
SELECT u.id AS user_id, e.profileid AS anonymous_id, e.timestamp AS occurred_at,
       CASE WHEN LOWER(e.id) LIKE '%%remove%%' THEN 'remove' WHEN LOWER(e.id) LIKE '%%add%%' THEN 'add' ELSE e.id END
           AS action,
       e.orderid AS cart_id, e.itemid AS product_id, e.itemid AS sku, e.quantity,
       ROUND(e.amount * 1.0 / NULLIF(e.quantity, 0), 2) AS price
FROM dcs_cart_event e
LEFT JOIN dps_user u ON u.id = e.profileid AND u.member = 1

-- atg: order_lines
SELECT l.order_id, l.sequence_num AS line_id, u.id AS user_id, o.profile_id AS anonymous_id,
       o.submitted_date AS occurred_at, i.product_id, i.catalog_ref_id AS sku, i.quantity,
       ROUND(a.amount * 1.0 / NULLIF(i.quantity, 0), 2) AS price, l.sequence_num AS position
FROM dcspp_order_item l
JOIN dcspp_order o ON o.order_id = l.order_id
LEFT JOIN dps_user u ON u.id = o.profile_id AND u.member = 1
LEFT JOIN dcspp_item i ON i.commerce_item_id = l.commerce_items
LEFT JOIN dcspp_amount_info a ON a.amount_info_id = i.price_info

-- atg: orders
SELECT o.order_id AS row_id, u.id AS user_id, o.profile_id AS anonymous_id, o.submitted_date AS occurred_at,
       o.last_modified_date AS changed_at,
       CASE WHEN o.state IN ('SUBMITTED', 'PROCESSING', 'NO_PENDING_ACTION', 'PENDING_MERCHANT_ACTION',
                             'PENDING_CUSTOMER_ACTION', 'PENDING_CUSTOMER_RETURN') THEN 1
            WHEN o.state IN ('PENDING_REMOVE', 'REMOVED') AND o.submitted_date IS NOT NULL THEN 1
            ELSE 0 END AS is_completed,
       o.site_id AS affiliation,
       ROUND(p.raw_subtotal, 2) AS subtotal,
       ROUND(ROUND(p.raw_subtotal, 2) - ROUND(a.amount, 2), 2) AS discount,
       ROUND(p.shipping, 2) AS shipping,
       ROUND(p.tax, 2) AS tax,
       ROUND(ROUND(a.amount, 2) + COALESCE(ROUND(p.shipping, 2), 0) + COALESCE(ROUND(p.tax, 2), 0), 2) AS total,
       (SELECT CASE WHEN MIN(g.currency_code) = MAX(g.currency_code) THEN MIN(g.currency_code) END
        FROM dcspp_pay_group g WHERE g.order_ref = o.order_id) AS currency
FROM dcspp_order o
LEFT JOIN dps_user u ON u.id = o.profile_id AND u.member = 1
LEFT JOIN dcspp_amount_info a ON a.amount_info_id = o.price_info
LEFT JOIN dcspp_order_price p ON p.amount_info_id = o.price_info

-- atg: sign_ins
SELECT e.id AS row_id, e.profileid AS user_id, e.timestamp AS occurred_at, u.email
FROM dps_user_event e
JOIN dps_event_type t ON t.id = e.eventtype
LEFT JOIN dps_user u ON u.id = e.profileid
WHERE t.name = 'login'

-- atg: sign_ups
SELECT id AS row_id, id AS user_id, registration_date AS occurred_at, email, first_name, last_name
FROM dps_user
WHERE member = 1

-- sample: accounts
SELECT account_id AS row_id, account_id AS user_id, updated_at AS changed_at, created_at,
       CASE WHEN deleted_at IS NULL THEN 0 ELSE 1 END AS is_deleted,
       email, first_name, last_name, phone, job_title, company_name, username, website, gender,
       birth_date AS birthday, street, city, state, postal_code, country
FROM accounts

-- sample: address_changes
SELECT history_id AS row_id, account_id AS user_id, changed_at AS occurred_at,
       street, city, state, postal_code, country
FROM address_history
WHERE kind = 'billing'

-- sample: cart_events
SELECT e.account_id AS user_id, e.session_id AS anonymous_id, e.happened_at AS occurred_at, e.action, e.cart_id,
       e.product_id, p.sku, p.category, p.name, p.brand, p.variant, e.unit_price AS price, e.quantity, e.coupon,
       e.position, p.url, p.image_url
FROM cart_events e LEFT JOIN products p ON p.product_id = e.product_id

-- sample: checkout_lines
SELECT l.checkout_id, l.line_no AS line_id, c.account_id AS user_id, c.session_id AS anonymous_id,
       c.started_at AS occurred_at, l.product_id, p.sku, p.category, p.name, p.brand, p.variant,
       l.unit_price AS price, l.quantity, l.line_no AS position, p.url, p.image_url
FROM checkout_lines l
LEFT JOIN checkouts c ON c.checkout_id = l.checkout_id
LEFT JOIN products p ON p.product_id = l.product_id

-- sample: checkouts
SELECT checkout_id AS row_id, account_id AS user_id, session_id AS anonymous_id, started_at AS occurred_at,
       cart_value AS value, currency, coupon
FROM checkouts

-- sample: license_changes
SELECT change_id AS row_id, account_id AS user_id, changed_at AS occurred_at, license_id, action
FROM license_changes

-- sample: licenses
SELECT license_id AS row_id, account_id AS user_id, updated_at AS changed_at, created_at,
       profession, license_type, license_number, state, status, issued_on, expires_on
FROM licenses

-- sample: memberships
SELECT m.membership_id AS row_id, m.account_id AS user_id, m.updated_at AS changed_at,
       m.org_id AS group_id, o.updated_at AS organisation_changed_at, o.name, o.industry,
       o.employee_count AS employees, o.email, o.phone, o.website, o.plan_name AS plan, o.description,
       o.street, o.city, o.state, o.postal_code, o.country, o.created_at
FROM memberships m LEFT JOIN organisations o ON o.org_id = m.org_id

-- sample: order_lines
SELECT l.order_id, l.line_no AS line_id, o.account_id AS user_id, o.session_id AS anonymous_id,
       o.completed_at AS occurred_at, l.product_id, p.sku, p.category, p.name, p.brand, p.variant,
       l.unit_price AS price, l.quantity, l.coupon, l.line_no AS position, p.url, p.image_url
FROM order_lines l
LEFT JOIN orders o ON o.order_id = l.order_id
LEFT JOIN products p ON p.product_id = l.product_id

-- sample: orders
SELECT order_id AS row_id, account_id AS user_id, session_id AS anonymous_id, completed_at AS occurred_at,
       updated_at AS changed_at,
       CASE WHEN status IN ('completed', 'refunded') THEN 1 ELSE 0 END AS is_completed, is_test,
       checkout_id, affiliation, subtotal, total, shipping, tax, discount, coupon, currency
FROM orders

-- sample: password_resets
SELECT reset_id AS row_id, account_id AS user_id, requested_at AS occurred_at, mail_sent_at AS sent_at
FROM password_resets

-- sample: profile_updates
SELECT change_id AS row_id, account_id AS user_id, changed_at AS occurred_at, section,
       new_email AS email, new_first_name AS first_name, new_last_name AS last_name,
       new_phone AS phone, new_company_name AS company_name
FROM profile_change_log

-- sample: sign_ins
SELECT s.log_id AS row_id, s.account_id AS user_id, s.signed_in_at AS occurred_at,
       a.email, s.ip_address AS ip, s.user_agent
FROM sign_in_log s LEFT JOIN accounts a ON a.account_id = s.account_id

-- sample: sign_ups
SELECT account_id AS row_id, account_id AS user_id, created_at AS occurred_at, email, first_name, last_name
FROM accounts
