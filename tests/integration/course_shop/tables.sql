CREATE TABLE teilnehmer (
    teilnehmer_id CHAR(36) PRIMARY KEY, vorname VARCHAR(80), nachname VARCHAR(80), mail VARCHAR(200), telefon VARCHAR(40),
    angelegt_am TIMESTAMP, geaendert_am TIMESTAMP, gesperrt CHAR(1)
);
CREATE TABLE firma (firma_id INTEGER PRIMARY KEY, firmenname VARCHAR(80), ort VARCHAR(80), geaendert_am TIMESTAMP);
CREATE TABLE mitarbeit (firma_id INTEGER, teilnehmer_id CHAR(36), seit TIMESTAMP, PRIMARY KEY (firma_id, teilnehmer_id));
CREATE TABLE sitzung (sitzung_nr INTEGER PRIMARY KEY, teilnehmer_id CHAR(36), beginn TIMESTAMP, ip VARCHAR(45));
CREATE TABLE kurs (kurs_nr VARCHAR(20) PRIMARY KEY, titel VARCHAR(120), fach VARCHAR(40));
CREATE TABLE buchung (
    buchung_nr VARCHAR(20) PRIMARY KEY, teilnehmer_id CHAR(36), gast VARCHAR(40), bezahlt_am TIMESTAMP,
    brutto DECIMAL(12, 2), mwst DECIMAL(12, 2)
);
CREATE TABLE buchung_kurs (
    buchung_nr VARCHAR(20), zeile INTEGER, kurs_nr VARCHAR(20), plaetze INTEGER, preis DECIMAL(12, 2),
    PRIMARY KEY (buchung_nr, zeile)
);
CREATE INDEX sitzung_wer ON sitzung (teilnehmer_id);
CREATE INDEX buchung_wer ON buchung (teilnehmer_id);

INSERT INTO teilnehmer VALUES
    ('0b9c1f6e-5a52-4f0e-9a39-4a1c2f1f0001', 'Jörg', 'Weiß', 'joerg@example.com', '+49 (555) 010-1', '2021-03-28 02:30:00', '2023-07-01 10:00:00', 'N'),
    ('7f3e2d1c-0c64-4d65-8f0b-1d2e3f4a0002', 'Ayşe', 'Öztürk', 'ayse@example.com', NULL, '2021-10-31 02:30:00', '2022-01-01 00:00:00', 'N'),
    ('f1d0c0de-1111-4222-8333-abcdefab0003', 'Kim', 'Gesperrt', 'kim@example.com', NULL, '2020-05-05 05:05:05', '2020-05-05 05:05:05', 'J');
INSERT INTO firma VALUES (1, 'Nordlicht Pflege', 'Kiel', '2022-02-02 12:00:00');
INSERT INTO mitarbeit VALUES (1, '0b9c1f6e-5a52-4f0e-9a39-4a1c2f1f0001', '2021-04-01 08:00:00');
INSERT INTO sitzung VALUES
    (1, '0b9c1f6e-5a52-4f0e-9a39-4a1c2f1f0001', '2022-06-01 12:00:00', '192.0.2.7'),
    (2, '7f3e2d1c-0c64-4d65-8f0b-1d2e3f4a0002', '2022-12-01 12:00:00', NULL),
    (3, NULL, '2022-12-02 12:00:00', NULL);
INSERT INTO kurs VALUES ('K-7', 'Erste Hilfe', 'Pflicht'), ('K-9', 'Hygiene', 'Pflicht');
INSERT INTO buchung VALUES
    ('B1', '0b9c1f6e-5a52-4f0e-9a39-4a1c2f1f0001', NULL, '2022-06-01 12:30:00', 119.00, 19.00),
    ('B2', NULL, 'gast-5', '2022-07-01 09:00:00', 59.50, 9.50),
    ('B3', '7f3e2d1c-0c64-4d65-8f0b-1d2e3f4a0002', NULL, NULL, 59.50, 9.50);
INSERT INTO buchung_kurs VALUES ('B1', 1, 'K-7', 1, 59.50), ('B1', 2, 'K-9', 1, 59.50), ('B2', 1, 'K-7', 1, 59.50), ('B3', 1, 'K-7', 1, 59.50);
