"""What a run and the alerts must both know: the tag of our runs, and the events that they tell."""

TAG = "backfill"
"""What every deployment and run of ours is tagged with."""

RESOURCE = "backfill.run."
"""What the events are about: this, and the run's id in the ledger."""

DEAD_LETTERS = "backfill.dead-letters.high"
QUIET_NIGHT = "backfill.night.quiet"

DEAD_SHARE = "backfill_dead_share"
"""The Prefect variable of the share of dead letters that is told; without it none is."""
