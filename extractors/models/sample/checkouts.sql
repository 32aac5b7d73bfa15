SELECT checkout_id AS row_id, account_id AS user_id, session_id AS anonymous_id, started_at AS occurred_at,
       cart_value AS value, currency, coupon
FROM checkouts
