-- A purchase completes when it is submitted; completed_date is when it was shipped. States that come after that, by
-- ATG's own names: a store with others adds them, or their orders are filtered as not completed. What was removed later
-- was bought all the same; what was removed before it was submitted was not.
-- Money has seven decimals; a person sees cents, so every amount is rounded to them (a half away from nought), and the
-- total is the sum of the rounded ones. `amount` is what the items cost after discounts, without shipping and tax.
-- An order paid in two currencies has none here. user_id: see cart_events.sql.
-- Wants an index on dcspp_pay_group (order_ref).
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
