"""What `backfill check` prints of a survey: how much was looked at, then faults and warnings, each with its cure."""

from rich.console import Console

from extractors.survey.findings import Finding, Level, Survey
from flows.tables import on_terminal

_NAMES = ("where", "rows", "what was found, and the cure")


def show_survey(console: Console, survey: Survey) -> None:
    """Print the survey. It names models, columns and counts, and never a value."""
    looked = [
        [
            f"{one.model}.sql",
            one.rows,
            "all" if one.whole else "its first",
            f"{one.dead:,} ({_share(one.dead, one.rows)})",
        ]
        for one in survey.looked
    ]
    if looked:
        names = ("model", "rows looked at", "of the model", "would be dead rows")
        console.print(on_terminal(("Looked at", names, looked)))
    for level, title in (
        (Level.FAULT, "Faults: a run would be wrong"),
        (Level.WARNING, "Warnings: a run is right, if its dead letters are within --max-dead; look at them"),
    ):
        found = survey.of_level(level)
        if found:
            console.print(on_terminal((title, _NAMES, [_row(finding) for finding in found])))


def _row(finding: Finding) -> list[str]:
    """Return three cells of two lines each: five cells of one line would be too narrow for a log of 80 letters."""
    model = f"{finding.model}.sql" if finding.model else "all models"
    return ["\n".join(filter(None, (model, finding.column))), _rows(finding), f"{finding.what}\n→ {finding.cure}"]


def _rows(finding: Finding) -> str:
    if finding.of is None:
        return ""
    if finding.rows is None:
        return f"of {finding.of:,}"
    return f"{_share(finding.rows, finding.of)}\n{finding.rows:,} of {finding.of:,}"


def _share(rows: int, of: int) -> str:
    """Return a share in percent; one that is not nought is not told as nought."""
    if not rows:
        return "0%"
    return f"{rows / of:.0%}" if rows >= of / 10 else f"{rows / of:.1%}" if rows >= of / 1000 else "<0.1%"
