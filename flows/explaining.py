"""`backfill check --explain STREAM`: the SQL of its pages, and how the database would run it."""

from rich.console import Console

from extractors.errors import ContractBroken
from extractors.source import open_source, reading
from extractors.survey.asking import Unanswered, ask
from extractors.survey.page_plan import can_be_paged, named, page_plan, page_statement
from extractors.survey.plans import has_plans
from extractors.survey.sample import take_sample
from flows.errors import Exit, SettingsInvalid
from flows.outcome import Outcome
from flows.profile import contracts_of, load_profile
from flows.settings import Settings

_ROWS = 1_000  # enough to know of which kind the keys are


def explain(settings: Settings, name: str) -> Outcome:
    """Print the SELECT of a page of users and the database's plan of it, for a stream or a detail.

    Raises `SettingsInvalid` where there is no model of that name, `ContractBroken` where it cannot be read.
    """
    models = load_profile(settings.models)
    if name not in models:
        raise SettingsInvalid([f"--explain {name}: there is no {name}.sql; models are {', '.join(models)}"])
    model, contract = models[name], contracts_of(models)[name]
    console = Console()
    with reading(open_source(settings.source_url.get_secret_value(), settings.statement_seconds)) as connection:
        sample = ask(connection, lambda: take_sample(connection, model, _ROWS))
        if isinstance(sample, Unanswered):
            raise ContractBroken(str(settings.models), [f"{name}.sql: cannot be read: {sample.words}"])
        if not can_be_paged(contract, sample):
            needs = ", ".join(filter(None, (*contract.scope, contract.window)))
            raise ContractBroken(str(settings.models), [f"{name}.sql: must have the columns {needs}"])
        _print(console, f"A page of {name}", named(page_statement(model, contract, sample), connection))
        if not has_plans(connection):
            _print(console, "Plan", f"not known how to ask {connection.dialect.name} for it without writing to it")
            return Outcome(Exit.DONE, "", None)
        plan = ask(connection, lambda: page_plan(connection, model, contract, sample))
    _print(
        console,
        "Plan, for the narrowest of pages",
        plan.words if isinstance(plan, Unanswered) else "\n".join(plan.lines),
    )
    return Outcome(Exit.DONE, "", None)


def _print(console: Console, title: str, text: str) -> None:
    console.print(title, style="bold")
    console.print(text, markup=False, highlight=False, soft_wrap=True)
