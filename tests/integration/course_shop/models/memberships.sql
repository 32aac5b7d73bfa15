SELECT m.teilnehmer_id AS row_id, m.teilnehmer_id AS user_id, m.seit AS changed_at, m.firma_id AS group_id,
       f.geaendert_am AS organisation_changed_at, f.firmenname AS name, f.ort AS city
FROM mitarbeit m LEFT JOIN firma f ON f.firma_id = m.firma_id
