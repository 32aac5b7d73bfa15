"""Locks, replays and resends; a dead letter is one a row and rule, and closed with a trace."""

import json
from itertools import pairwise

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"

_KEPT = ("stream", "row_id", "rule", "reason", "detail", "message_id", "run_id", "first_seen", "last_seen", "status")


def upgrade() -> None:
    """Bring a first ledger to the second shape, with everything that it holds."""
    op.execute("DROP TABLE IF EXISTS backfill_ledger")
    _runs()
    _shards()
    _dead_letters()
    op.create_table(
        "chosen",
        sa.Column("run_id", sa.String(36), primary_key=True),
        sa.Column("stream", sa.String(60), primary_key=True),
        sa.Column("row_id", sa.Text, primary_key=True),
        sa.Column("message_id", sa.String(36), primary_key=True),
    )
    op.create_table(
        "locks",
        sa.Column("scope", sa.String(120), primary_key=True),
        sa.Column("owner", sa.String(200)),
        sa.Column("run_id", sa.String(36)),
        sa.Column("beat", sa.BigInteger, nullable=False),
        sa.Column("taken_at", sa.String(27)),
    )


def _runs() -> None:
    with op.batch_alter_table("runs") as table:
        table.add_column(sa.Column("kind", sa.String(10), nullable=False, server_default="import"))
    with op.batch_alter_table("runs") as table:
        table.alter_column("kind", server_default=None)


def _shards() -> None:
    """Turn the edges between a shard's pages into the ranges that they bound."""
    with op.batch_alter_table("shards") as table:
        table.alter_column("edges", new_column_name="ranges")
        table.add_column(sa.Column("passed", sa.JSON, nullable=False, server_default="{}"))
    with op.batch_alter_table("shards") as table:
        table.alter_column("passed", server_default=None)
    shards = sa.table("shards", sa.column("run_id"), sa.column("shard"), sa.column("ranges", sa.JSON))
    connection = op.get_bind()
    for run_id, shard, edges in connection.execute(sa.select(shards)).all():
        known = json.loads(edges) if isinstance(edges, str) else edges
        ranges = [list(pair) for pair in pairwise(known)]
        mine = (shards.c.run_id == run_id) & (shards.c.shard == shard)
        connection.execute(sa.update(shards).where(mine).values(ranges=ranges))


def _dead_letters() -> None:
    """Keep of each row and rule the letter that was seen last."""
    op.rename_table("dead_letters", "dead_letters_before")
    op.create_table(
        "dead_letters",
        sa.Column("stream", sa.String(60), primary_key=True),
        sa.Column("row_id", sa.Text, primary_key=True),
        sa.Column("rule", sa.String(60), primary_key=True),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("message_id", sa.String(36)),
        sa.Column("place", sa.JSON),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("first_seen", sa.String(27), nullable=False),
        sa.Column("last_seen", sa.String(27), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("closed_by", sa.String(36)),
        sa.Column("closed_at", sa.String(27)),
    )
    before = sa.table("dead_letters_before", *map(sa.column, _KEPT))
    after = sa.table("dead_letters", *map(sa.column, _KEPT))
    age = sa.func.row_number().over(
        partition_by=[before.c.stream, before.c.row_id, before.c.rule],
        order_by=[before.c.last_seen.desc(), before.c.reason],
    )
    ranked = sa.select(before, age.label("age")).subquery()
    latest = sa.select(*(ranked.c[name] for name in _KEPT)).where(ranked.c.age == 1)
    op.execute(sa.insert(after).from_select(list(_KEPT), latest))
    op.drop_table("dead_letters_before")
    op.create_index("dead_letters_by_status", "dead_letters", ["status", "stream"])
