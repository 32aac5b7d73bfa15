"""The first ledger: runs, shards, batches, segments, dead letters and findings."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None


def upgrade() -> None:
    """Make the first ledger's tables."""
    _runs()
    _batches()
    _letters()


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("run_id", sa.String(36), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("started_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27)),
        sa.Column("parameters", sa.JSON, nullable=False),
        sa.Column("versions", sa.JSON, nullable=False),
        sa.Column("summary", sa.JSON),
    )
    op.create_table(
        "shards",
        sa.Column("run_id", sa.String(36), primary_key=True),
        sa.Column("shard", sa.Integer, primary_key=True),
        sa.Column("axis", sa.String(10), nullable=False),
        sa.Column("edges", sa.JSON, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
    )


def _batches() -> None:
    op.create_table(
        "batches",
        sa.Column("batch_id", sa.Integer().with_variant(sa.BigInteger, "postgresql"), primary_key=True),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("shard", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("ids", sa.LargeBinary),
        sa.Column("answer", sa.String(250)),
        sa.Column("sent_at", sa.String(27), nullable=False),
        sa.Column("settled_at", sa.String(27)),
    )
    op.create_index("batches_by_run", "batches", ["run_id", "state"])
    op.create_index("batches_by_state", "batches", ["state"])
    op.create_table(
        "generations",
        sa.Column("generation", sa.Integer, primary_key=True),
        sa.Column("segments", sa.Integer, nullable=False),
    )
    op.create_table(
        "segments",
        sa.Column("generation", sa.Integer, primary_key=True),
        sa.Column("first_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("ids", sa.LargeBinary, nullable=False),
    )


def _letters() -> None:
    op.create_table(
        "dead_letters",
        sa.Column("stream", sa.String(60), primary_key=True),
        sa.Column("row_id", sa.Text, primary_key=True),
        sa.Column("rule", sa.String(60), primary_key=True),
        sa.Column("reason", sa.String(40), primary_key=True),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("message_id", sa.String(36)),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("first_seen", sa.String(27), nullable=False),
        sa.Column("last_seen", sa.String(27), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
    )
    op.create_table(
        "findings",
        sa.Column("stream", sa.String(60), primary_key=True),
        sa.Column("row_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.String(60), primary_key=True),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("last_seen", sa.String(27), nullable=False),
    )
