"""The commands on the tracking plan itself: tracking-plan export, import and lint."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from flows.command import app, ends
from flows.errors import Exit
from flows.outcome import Outcome
from flows.plan_exchange import Format, export_plan, import_plan
from flows.plan_lint.finding import Level
from flows.plan_lint.linting import lint as linted
from flows.profile import load_profile
from flows.settings import ROOT
from loaders.plan import load_plan

tracking_plan = typer.Typer(no_args_is_help=True, help="The tracking plan: from and to other formats, and its lint.")
app.add_typer(tracking_plan, name="tracking-plan")

Plan = Annotated[Path, typer.Option(envvar="BACKFILL_PLAN", help="our plan file")]
Force = Annotated[bool, typer.Option("--force", help="write over what is there")]
_PLAN = ROOT / "data" / "tracking_plan.yaml"


@tracking_plan.command("export")
def export(
    out: Annotated[Path, typer.Argument(help="the JSON file to write, or for rudder-cli the folder")],
    written_as: Annotated[Format, typer.Option("--as", help="the format to write")],
    plan: Plan = _PLAN,
    force: Force = False,  # noqa: FBT002  # a flag is one
) -> None:
    """Write our plan in another format, and say what that cannot say."""
    _say(export_plan(plan, written_as, out, force=force), f"Written: {out}.")


@tracking_plan.command("import")
def import_(
    source: Annotated[Path, typer.Argument(help="the JSON file to read, or for rudder-cli the folder")],
    read_as: Annotated[Format, typer.Option("--from", help="the format to read")],
    out: Annotated[Path, typer.Option(help="the plan file to write")],
    force: Force = False,  # noqa: FBT002  # a flag is one
) -> None:
    """Write our plan file from a plan in another format, and say what ours cannot say."""
    done = f"Written: {out}. Look at it with: backfill tracking-plan lint --plan {out}"
    _say(import_plan(read_as, source, out, force=force), done)


@tracking_plan.command("lint")
@ends
def lint(
    plan: Plan = _PLAN,
    models: Annotated[
        Path | None, typer.Option(envvar="BACKFILL_MODELS", help="folder of models [default: every stream]")
    ] = None,
) -> Outcome:
    """Hold models, mappers and plan against each other, reading no row; ends with 1 where something will go wrong."""
    findings = linted(load_plan(plan), load_profile(models) if models else None)
    console = Console()
    for level, colour in ((Level.WRONG, "red"), (Level.HINT, "yellow")):
        for finding in findings:
            if finding.level is level:
                console.print(f"[{colour}]{level}[/{colour}]  {escape(str(finding))}", highlight=False, soft_wrap=True)
    wrong = sum(finding.level is Level.WRONG for finding in findings)
    if wrong:
        return Outcome(Exit.UNBALANCED, f"{wrong} wrong", None)
    what = "Models, mappers and plan agree." if models else "Mappers and plan agree. No models were given."
    console.print(f"[green]{what}[/green]", highlight=False, soft_wrap=True)
    return Outcome(Exit.DONE, what, None)


def _say(notes: tuple[str, ...], done: str) -> None:
    console = Console()
    for note in notes:
        console.print(f"[yellow]note[/yellow]   {escape(note)}", highlight=False, soft_wrap=True)
    console.print(f"[green]{escape(done)}[/green]", highlight=False, soft_wrap=True)
