"""What a run and the alerts must both know: the tag of our runs, and the events that they tell."""

TAG = "backfill"
"""What every deployment and run of ours is tagged with."""

RESOURCE = "backfill.run."
"""What the events are about: this, and the run's id in the ledger."""

DEAD_LETTERS = "backfill.dead-letters.high"
QUIET_NIGHT = "backfill.night.quiet"

SETTLED = "backfill.flow-run.settled"
"""Told by a flow run that a person suspended, once nothing of it is on its way: its heart beats until then."""

DEAD_SHARE = "backfill_dead_share"
"""The Prefect variable of the share of dead letters that is told; without it none is."""
