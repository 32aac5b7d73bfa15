SELECT id AS row_id, id AS user_id, registration_date AS occurred_at, email, first_name, last_name
FROM dps_user
WHERE member = 1
