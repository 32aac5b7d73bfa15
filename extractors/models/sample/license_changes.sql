SELECT change_id AS row_id, account_id AS user_id, changed_at AS occurred_at, license_id, action
FROM license_changes
