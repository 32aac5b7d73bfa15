SELECT account_id AS row_id, account_id AS user_id, created_at AS occurred_at, email, first_name, last_name
FROM accounts
