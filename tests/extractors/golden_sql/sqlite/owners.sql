-- atg: order_lines
SELECT m.order_id, m.line_id, m.product_id, m.sku, NULL AS category, NULL AS name, NULL AS brand, NULL AS variant, m.price, m.quantity, NULL AS coupon, m.position, NULL AS url, NULL AS image_url
FROM ({order_lines}) AS m
WHERE m.order_id IN (?, ?)

-- sample: order_lines
SELECT m.order_id, m.line_id, m.product_id, m.sku, m.category, m.name, m.brand, m.variant, m.price, m.quantity, m.coupon, m.position, m.url, m.image_url
FROM ({order_lines}) AS m
WHERE m.order_id IN (?, ?)

-- sample: checkout_lines
SELECT m.checkout_id, m.line_id, m.product_id, m.sku, m.category, m.name, m.brand, m.variant, m.price, m.quantity, NULL AS coupon, m.position, m.url, m.image_url
FROM ({checkout_lines}) AS m
WHERE m.checkout_id IN (?, ?)
