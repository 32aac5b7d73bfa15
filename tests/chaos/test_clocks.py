"""A wall clock that jumps by hours, or runs backwards, while runs go on and are killed."""

import signal

from sandbox.faults import catalog

CUT = ("--shards", "4")
JUMPING = {"clock": "jumping", "values": {"loaders.ledger.lock:BEAT_SECONDS": 0.05}}


def test_clocks_that_jump_change_nothing(faulty):
    with faulty(None, catalog.RESET_STORED, rate=1.0, kinds=(catalog.acknowledged_late(0.02),)) as (scene, _):
        for count in (15, 15):
            killed = scene.run(*CUT, **JUMPING, kill={"at": "post", "when": "after", "count": count})
            assert killed.code == -signal.SIGKILL, killed.words
        scene.ends_exactly(*CUT, "--resume", **JUMPING)
        before = scene.arrived()
        assert scene.run(*CUT, **JUMPING).code == 0
        assert scene.arrived() == before


def test_a_clock_that_runs_backwards_closes_no_dead_letter(scene):
    """A replay closes the letters whose rows are gone: those that it did not see, whatever the time was."""
    assert scene.run(*CUT).code == 0
    letters = "SELECT stream, row_id, rule, status FROM dead_letters ORDER BY stream, row_id, rule"
    before = scene.ledger(letters)

    words = ("replay", "--no-prefect", "--max-dead", "100%")
    ran = scene.commands.start(*words, environment=scene.environment, armed={"clock": "backwards"}).wait()

    assert ran.code == 0, ran.words
    assert {status for *_, status in before} == {"open"}
    assert scene.ledger(letters) == before
