"""The ledger's tables, as the migrations leave them; a test holds the two together."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

tables = MetaData()

runs = Table(
    "runs",
    tables,
    Column("run_id", String(36), primary_key=True),
    Column("kind", String(10), nullable=False),  # import, nightly, replay, resend, send or push
    Column("state", String(20), nullable=False),  # running, done, failed or stopped
    Column("started_at", String(27), nullable=False),
    Column("ended_at", String(27)),
    Column("parameters", JSON, nullable=False),
    Column("versions", JSON, nullable=False),  # digests of plan, models and mappers, version of the code
    Column("summary", JSON),
    Column("clock", String(27)),  # the source's own, when the run began
)

shards = Table(
    "shards",
    tables,
    Column("run_id", String(36), primary_key=True),
    Column("shard", Integer, primary_key=True),
    Column("axis", String(10), nullable=False),
    Column("ranges", JSON, nullable=False),  # pairs of keys, null at an open end, or keys one by one
    Column("position", Integer, nullable=False),  # the ranges of which every batch is settled
    Column("counts", JSON, nullable=False),
    Column("passed", JSON, nullable=False),  # those of the counts that belong to the ranges up to the position
)

chosen = Table(
    "chosen",  # what a replay or a resend is about; of a run that sends everything there is nothing here
    tables,
    Column("run_id", String(36), primary_key=True),
    Column("stream", String(60), primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("message_id", String(36), primary_key=True),  # to be sent again though a receipt covers it; else empty
)

batches = Table(
    "batches",
    tables,
    Column("batch_id", Integer().with_variant(BigInteger, "postgresql"), primary_key=True),
    Column("run_id", String(36), nullable=False),
    Column("shard", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("events", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("ids", LargeBinary),  # 16 bytes a message; null once in the segments, or rejected, unless refused alone
    Column("answer", String(250)),
    Column("sent_at", String(27), nullable=False),
    Column("settled_at", String(27)),
    Index("batches_by_run", "run_id", "state"),
    Index("batches_by_state", "state"),
)

generations = Table(
    "generations",
    tables,
    Column("generation", Integer, primary_key=True),
    Column("segments", Integer, nullable=False),
)

segments = Table(
    "segments",  # the ids of delivered messages, sorted within a generation
    tables,
    Column("generation", Integer, primary_key=True),
    Column("first_id", LargeBinary(16), primary_key=True),
    Column("ids", LargeBinary, nullable=False),
)

dead_letters = Table(
    "dead_letters",
    tables,
    Column("stream", String(60), primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("rule", String(60), primary_key=True),  # empty where the row itself is dead
    Column("reason", String(40), nullable=False),
    Column("detail", Text, nullable=False),
    Column("message_id", String(36)),
    Column("place", JSON),  # axis, low and high of the page that it was found on
    Column("run_id", String(36), nullable=False),  # the last run that saw it dead
    Column("first_seen", String(27), nullable=False),
    Column("last_seen", String(27), nullable=False),
    Column("status", String(10), nullable=False),  # open, mended (it went through) or gone (from the source)
    Column("closed_by", String(36)),  # the run that saw it mended or gone
    Column("closed_at", String(27)),
    Index("dead_letters_by_status", "status", "stream"),
)

findings = Table(
    "findings",
    tables,
    Column("stream", String(60), primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("kind", String(60), primary_key=True),
    Column("run_id", String(36), nullable=False),
    Column("last_seen", String(27), nullable=False),
)

locks = Table(
    "locks",  # who may write a scope's history; a row for each scope that ever was held
    tables,
    Column("scope", String(120), primary_key=True),
    Column("owner", String(200)),  # null when free
    Column("run_id", String(36)),
    Column("beat", BigInteger, nullable=False),  # grows while the owner lives; no clock has a part in it
    Column("taken_at", String(27)),
)

watermarks = Table(
    "watermarks",  # up to when a stream was read: what was written before that is sent
    tables,
    Column("name", String(120), primary_key=True),  # a stream, or a detail of one, and the Identify mode
    Column("at", String(27), nullable=False),
    Column("run_id", String(36), nullable=False),
)

spans = Table(
    "spans",  # from when to when a run reads a stream; where it ends well the watermark moves
    tables,
    Column("run_id", String(36), primary_key=True),
    Column("name", String(120), primary_key=True),
    Column("since", String(27)),
    Column("until", String(27), nullable=False),
)

observed = Table(
    "observed",  # rows of a table that does not tell when they changed: what they were, and since when
    tables,
    Column("stream", String(60), primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("digest", LargeBinary(16), nullable=False),
    Column("seen_at", String(27), nullable=False),
    Column("owner", JSON, nullable=False),  # whose it is: an axis and a key
    Column("settled", Boolean, nullable=False),  # whether a run that ended well has told it
    Index("observed_unsettled", "stream", "settled"),
)
