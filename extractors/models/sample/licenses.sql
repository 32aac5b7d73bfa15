SELECT license_id AS row_id, account_id AS user_id, updated_at AS changed_at, created_at,
       profession, license_type, license_number, state, status, issued_on, expires_on
FROM licenses
