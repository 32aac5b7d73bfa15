-- ATG logs no sign-ins unless it was told to. Where dps_user_event is empty, delete this file: `check` then says absent.
-- Wants an index on dps_user_event (profileid), which ATG does not make.
SELECT e.id AS row_id, e.profileid AS user_id, e.timestamp AS occurred_at, u.email
FROM dps_user_event e
JOIN dps_event_type t ON t.id = e.eventtype
LEFT JOIN dps_user u ON u.id = e.profileid
WHERE t.name = 'login'
