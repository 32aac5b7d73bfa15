SELECT e.account_id AS user_id, e.session_id AS anonymous_id, e.happened_at AS occurred_at, e.action, e.cart_id,
       e.product_id, p.sku, p.category, p.name, p.brand, p.variant, e.unit_price AS price, e.quantity, e.coupon,
       e.position, p.url, p.image_url
FROM cart_events e LEFT JOIN products p ON p.product_id = e.product_id
