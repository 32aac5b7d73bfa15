SELECT buchung_nr AS row_id, teilnehmer_id AS user_id, gast AS anonymous_id, bezahlt_am AS occurred_at,
       CASE WHEN bezahlt_am IS NULL THEN 0 ELSE 1 END AS is_completed,
       brutto AS total, mwst AS tax, 'EUR' AS currency
FROM buchung
