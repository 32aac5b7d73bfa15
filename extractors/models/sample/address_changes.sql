SELECT history_id AS row_id, account_id AS user_id, changed_at AS occurred_at,
       street, city, state, postal_code, country
FROM address_history
WHERE kind = 'billing'
