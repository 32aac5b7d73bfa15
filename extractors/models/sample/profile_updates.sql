SELECT change_id AS row_id, account_id AS user_id, changed_at AS occurred_at, section,
       new_email AS email, new_first_name AS first_name, new_last_name AS last_name,
       new_phone AS phone, new_company_name AS company_name
FROM profile_change_log
