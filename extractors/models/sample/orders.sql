SELECT order_id AS row_id, account_id AS user_id, session_id AS anonymous_id, completed_at AS occurred_at,
       updated_at AS changed_at,
       CASE WHEN status IN ('completed', 'refunded') THEN 1 ELSE 0 END AS is_completed, is_test,
       checkout_id, affiliation, subtotal, total, shipping, tax, discount, coupon, currency
FROM orders
