SELECT teilnehmer_id AS row_id, teilnehmer_id AS user_id, angelegt_am AS occurred_at FROM teilnehmer
