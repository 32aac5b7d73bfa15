SELECT account_id AS row_id, account_id AS user_id, updated_at AS changed_at, created_at,
       CASE WHEN deleted_at IS NULL THEN 0 ELSE 1 END AS is_deleted,
       email, first_name, last_name, phone, job_title, company_name, username, website, gender,
       birth_date AS birthday, street, city, state, postal_code, country
FROM accounts
