"""What to do after a run: where in Prefect's UI, and with which command."""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flows.errors import Exit
from flows.options import Options
from flows.outcome import Outcome, counted, imbalance
from flows.summary import Summary

_OWN_NAMES: Mapping[str, str] = {"streams": "stream"}
_OF_VERIFY = ("since", "until", "streams", "identify")
_OF_NIGHTLY = ("streams", "identify", "in_doubt", "max_rate")


def replay_command(asked: Mapping[str, Any]) -> str:
    """Return what sends dead letters, told as in a run that was asked for that."""
    return " ".join(["backfill replay", *_flags(asked, ["identify"])])


def verify_command(asked: Mapping[str, Any]) -> str:
    """Return what holds source, ledger and destination against each other, for what a run was asked for."""
    return " ".join(["backfill verify", *_flags(asked, _OF_VERIFY)])


def again_command(kind: str, asked: Mapping[str, Any]) -> str:
    """Return what goes on where a run of that kind was stopped."""
    if kind == "import":
        return " ".join(["backfill run", *_flags(asked, asked), "--resume"])
    if kind == "nightly":
        return " ".join(["backfill nightly", *_flags(asked, _OF_NIGHTLY)])
    if kind == "resend":
        return f"{verify_command(asked)} --resend-missing"
    return replay_command(asked)


def next_steps(outcome: Outcome, summary: Summary, kind: str, asked: Mapping[str, Any]) -> Iterator[str]:
    """Yield what to do, the most urgent first."""
    if outcome.exit in (Exit.STOPPED, Exit.REFUSED):
        yield (
            "**Mend what stopped it, then go on:** press *Retry* on the flow run's page, or "
            f"`{again_command(kind, asked)}`. What was delivered is not sent again."
        )
    elif not summary.balanced:
        yield (
            f"**The account does not close: {imbalance(summary)}.** Nothing that was delivered is lost: the ledger has "
            f"its receipts. Run again, which counts anew and sends only what is missing. If it stays so, "
            f"{_verify(asked)} names the rows, and `backfill check` looks whether row ids are unique."
        )
    if summary.in_doubt:
        yield (
            f"**{counted(summary.in_doubt, 'message')} in doubt:** no certain answer came, so they may have arrived or "
            "not. The next run sends them again with the same message ids, so that one that did arrive can be told "
            "to be the same; with **In doubt** on *skip* (`--in-doubt skip`) it leaves them. "
            f"{_verify(asked)} tells what has arrived."
        )
    dead = summary.rows_dead + summary.dead
    if dead:
        yield (
            f"**{counted(dead, 'dead letter')}:** `backfill status` says where in the rows the faults are. Mend them "
            "in the database, the model or the tracking plan, then replay them, as *What was set aside* says. What "
            "should stay out is left out by the model; what may stay dead is allowed for by **Dead letters allowed** "
            "(`--max-dead`)."
        )
    if outcome.exit is Exit.DONE:
        yield (
            f"**Hold it against the destination:** {_verify(asked)}, once it has had the time to load what was sent."
        )


def _verify(asked: Mapping[str, Any]) -> str:
    return f"**Deployments**, **verify** (`{verify_command(asked)}`)"


def _flags(asked: Mapping[str, Any], names: Iterable[str]) -> Iterator[str]:
    """Yield the options, of those names, that a person would give: those that differ from what is asked by default."""
    usual = Options().parameters()
    for name in names:
        value = asked.get(name, usual.get(name))
        flag = f"--{_OWN_NAMES.get(name, name).replace('_', '-')}"
        if value != usual.get(name):
            yield from (f"{flag} {shlex.quote(str(one))}" for one in (value if isinstance(value, list) else [value]))
