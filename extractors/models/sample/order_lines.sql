SELECT l.order_id, l.line_no AS line_id, o.account_id AS user_id, o.session_id AS anonymous_id,
       o.completed_at AS occurred_at, l.product_id, p.sku, p.category, p.name, p.brand, p.variant,
       l.unit_price AS price, l.quantity, l.coupon, l.line_no AS position, p.url, p.image_url
FROM order_lines l
LEFT JOIN orders o ON o.order_id = l.order_id
LEFT JOIN products p ON p.product_id = l.product_id
