SELECT l.checkout_id, l.line_no AS line_id, c.account_id AS user_id, c.session_id AS anonymous_id,
       c.started_at AS occurred_at, l.product_id, p.sku, p.category, p.name, p.brand, p.variant,
       l.unit_price AS price, l.quantity, l.line_no AS position, p.url, p.image_url
FROM checkout_lines l
LEFT JOIN checkouts c ON c.checkout_id = l.checkout_id
LEFT JOIN products p ON p.product_id = l.product_id
