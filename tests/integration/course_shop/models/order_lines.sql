SELECT k.buchung_nr AS order_id, k.zeile AS line_id, b.teilnehmer_id AS user_id, b.gast AS anonymous_id,
       b.bezahlt_am AS occurred_at, k.kurs_nr AS product_id, c.titel AS name, c.fach AS category,
       k.preis AS price, k.plaetze AS quantity, k.zeile AS position
FROM buchung_kurs k
LEFT JOIN buchung b ON b.buchung_nr = k.buchung_nr
LEFT JOIN kurs c ON c.kurs_nr = k.kurs_nr
