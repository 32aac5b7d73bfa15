"""Nights: how far each stream was read, what a run reads of it, and rows that only comparing shows to have changed."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    """Bring a ledger of the second shape to the third. The next import that ends well writes its watermarks."""
    with op.batch_alter_table("runs") as table:
        table.add_column(sa.Column("clock", sa.String(27)))
    op.create_table(
        "watermarks",
        sa.Column("name", sa.String(120), primary_key=True),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("run_id", sa.String(36), nullable=False),
    )
    op.create_table(
        "spans",
        sa.Column("run_id", sa.String(36), primary_key=True),
        sa.Column("name", sa.String(120), primary_key=True),
        sa.Column("since", sa.String(27)),
        sa.Column("until", sa.String(27), nullable=False),
    )
    op.create_table(
        "observed",
        sa.Column("stream", sa.String(60), primary_key=True),
        sa.Column("row_id", sa.Text, primary_key=True),
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.Column("seen_at", sa.String(27), nullable=False),
        sa.Column("owner", sa.JSON, nullable=False),
        sa.Column("settled", sa.Boolean, nullable=False),
    )
    op.create_index("observed_unsettled", "observed", ["stream", "settled"])
