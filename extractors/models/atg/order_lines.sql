-- A foreign key leaves no line without its order. A line whose item is not there is dead, and its order with it.
-- The amount of an item is what all its pieces cost after its discounts; the price of one is rounded to cents.
-- user_id: see cart_events.sql.
SELECT l.order_id, l.sequence_num AS line_id, u.id AS user_id, o.profile_id AS anonymous_id,
       o.submitted_date AS occurred_at, i.product_id, i.catalog_ref_id AS sku, i.quantity,
       ROUND(a.amount * 1.0 / NULLIF(i.quantity, 0), 2) AS price, l.sequence_num AS position
FROM dcspp_order_item l
JOIN dcspp_order o ON o.order_id = l.order_id
LEFT JOIN dps_user u ON u.id = o.profile_id AND u.member = 1
LEFT JOIN dcspp_item i ON i.commerce_item_id = l.commerce_items
LEFT JOIN dcspp_amount_info a ON a.amount_info_id = i.price_info
