BEGIN TRANSACTION;
CREATE TABLE backfill_ledger (
	version INTEGER NOT NULL
);
INSERT INTO "backfill_ledger" VALUES(1);
CREATE TABLE batches (
	batch_id INTEGER NOT NULL, 
	run_id VARCHAR(36) NOT NULL, 
	shard INTEGER NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	events INTEGER NOT NULL, 
	bytes INTEGER NOT NULL, 
	ids BLOB, 
	answer VARCHAR(250), 
	sent_at VARCHAR(27) NOT NULL, 
	settled_at VARCHAR(27), 
	PRIMARY KEY (batch_id)
);
INSERT INTO "batches" VALUES(1,'run-1',0,'delivered',2,10,NULL,'200','2026-11-22T05:47:22.585859Z','2026-11-22T05:47:22.587926Z');
INSERT INTO "batches" VALUES(2,'run-1',0,'in doubt',1,10,X'00000000000000000000000000000003','the connection broke','2026-11-22T05:47:22.589084Z','2026-11-22T05:47:22.590117Z');
CREATE TABLE dead_letters (
	stream VARCHAR(60) NOT NULL, 
	row_id TEXT NOT NULL, 
	rule VARCHAR(60) NOT NULL, 
	reason VARCHAR(40) NOT NULL, 
	detail TEXT NOT NULL, 
	message_id VARCHAR(36), 
	run_id VARCHAR(36) NOT NULL, 
	first_seen VARCHAR(27) NOT NULL, 
	last_seen VARCHAR(27) NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	PRIMARY KEY (stream, row_id, rule, reason)
);
INSERT INTO "dead_letters" VALUES('orders','8007','','Missing-Time','occurred_at is null',NULL,'run-1','2026-11-22T05:47:22.597130Z','2026-11-22T05:47:22.597130Z','open');
INSERT INTO "dead_letters" VALUES('orders','8008','order_completed','Required-Missing','properties.order_id','00000000-0000-0000-0000-000000000009','run-1','2026-11-22T05:47:22.597130Z','2026-11-22T05:47:22.597130Z','open');
INSERT INTO "dead_letters" VALUES('orders','8007','','Future-Time','occurred_at',NULL,'run-1','2026-11-22T05:47:22.610528Z','2026-11-22T05:47:22.610528Z','open');
CREATE TABLE findings (
	stream VARCHAR(60) NOT NULL, 
	row_id TEXT NOT NULL, 
	kind VARCHAR(60) NOT NULL, 
	run_id VARCHAR(36) NOT NULL, 
	last_seen VARCHAR(27) NOT NULL, 
	PRIMARY KEY (stream, row_id, kind)
);
INSERT INTO "findings" VALUES('orders','1','total disagrees with lines','run-1','2026-11-22T05:47:22.597130Z');
CREATE TABLE generations (
	generation INTEGER NOT NULL, 
	segments INTEGER NOT NULL, 
	PRIMARY KEY (generation)
);
INSERT INTO "generations" VALUES(1,1);
CREATE TABLE runs (
	run_id VARCHAR(36) NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	started_at VARCHAR(27) NOT NULL, 
	ended_at VARCHAR(27), 
	parameters JSON NOT NULL, 
	versions JSON NOT NULL, 
	summary JSON, 
	PRIMARY KEY (run_id)
);
INSERT INTO "runs" VALUES('run-1','stopped','2026-11-22T05:47:22.581336Z','2026-11-22T05:47:22.612898Z','{"since": null, "shards": 2}','{"code": "0.1.0"}','{"rows_read": 3}');
CREATE TABLE segments (
	generation INTEGER NOT NULL, 
	first_id BLOB NOT NULL, 
	ids BLOB NOT NULL, 
	PRIMARY KEY (generation, first_id)
);
INSERT INTO "segments" VALUES(1,X'00000000000000000000000000000001',X'0000000000000000000000000000000100000000000000000000000000000002');
CREATE TABLE shards (
	run_id VARCHAR(36) NOT NULL, 
	shard INTEGER NOT NULL, 
	axis VARCHAR(10) NOT NULL, 
	edges JSON NOT NULL, 
	position INTEGER NOT NULL, 
	counts JSON NOT NULL, 
	PRIMARY KEY (run_id, shard)
);
INSERT INTO "shards" VALUES('run-1',0,'users','[null, 5, "\u00df", null]',2,'{"rows_read|orders": 3}');
INSERT INTO "shards" VALUES('run-1',1,'nobody','[null, null]',0,'{}');
CREATE INDEX batches_by_state ON batches (state);
CREATE INDEX batches_by_run ON batches (run_id, state);
COMMIT;
