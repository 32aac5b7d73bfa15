SELECT sitzung_nr AS row_id, teilnehmer_id AS user_id, beginn AS occurred_at, ip FROM sitzung
