SELECT teilnehmer_id AS row_id, teilnehmer_id AS user_id, geaendert_am AS changed_at, angelegt_am AS created_at,
       CASE WHEN gesperrt = 'J' THEN 1 ELSE 0 END AS is_deleted,
       mail AS email, vorname AS first_name, nachname AS last_name, telefon AS phone
FROM teilnehmer
