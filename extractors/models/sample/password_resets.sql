SELECT reset_id AS row_id, account_id AS user_id, requested_at AS occurred_at, mail_sent_at AS sent_at
FROM password_resets
