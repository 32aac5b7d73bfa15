-- Members alone; a visitor's profile (member = 0) describes nobody.
-- The store keeps no date of a profile's last change. A change is made in a visit, so the last visit dates the traits:
-- whoever came again has a new Identify, and an edit by a batch or by an agent is told after the next visit.
SELECT id AS row_id, id AS user_id, COALESCE(lastactivity_date, registration_date) AS changed_at,
       registration_date AS created_at, login AS username, email, first_name, last_name
FROM dps_user
WHERE member = 1
