SELECT s.log_id AS row_id, s.account_id AS user_id, s.signed_in_at AS occurred_at,
       a.email, s.ip_address AS ip, s.user_agent
FROM sign_in_log s LEFT JOIN accounts a ON a.account_id = s.account_id
