-- A log without a key: its `id` says what happened, as ItemAddedToOrder. What is neither an addition nor a removal comes
-- as it is, and becomes a dead letter. The log knows SKUs alone, so that product_id is the SKU here. Its amount is what
-- all pieces cost; the price of one is rounded to cents, as a person sees it.
-- user_id is the key of the joined members, so that a page is a range of its index; who is none is a visitor.
-- A visitor who registers keeps the profile's id: from then on the log of before is theirs, and goes again as a user's.
-- Wants an index on dcs_cart_event (profileid), which ATG does not make.
SELECT u.id AS user_id, e.profileid AS anonymous_id, e.timestamp AS occurred_at,
       CASE WHEN LOWER(e.id) LIKE '%remove%' THEN 'remove' WHEN LOWER(e.id) LIKE '%add%' THEN 'add' ELSE e.id END
           AS action,
       e.orderid AS cart_id, e.itemid AS product_id, e.itemid AS sku, e.quantity,
       ROUND(e.amount * 1.0 / NULLIF(e.quantity, 0), 2) AS price
FROM dcs_cart_event e
LEFT JOIN dps_user u ON u.id = e.profileid AND u.member = 1
