"""A profile: the folder of models that says how a database's tables are told as streams."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from extractors.contract import Contract, detail_contract, stream_contract
from extractors.errors import ContractBroken
from extractors.models import Model, load_models
from extractors.people import CONSENTED_MODEL, SUPPRESSED_MODEL
from mappers.catalog import DETAILS, STREAMS
from mappers.outcomes import DeadRow

_OF_PEOPLE = frozenset({SUPPRESSED_MODEL, CONSENTED_MODEL})


def load_profile(folder: Path) -> Mapping[str, Model]:
    """Read the models. Raises `ContractBroken`, also for orders without their lines, or lines without orders."""
    models = _of_folder(folder, people=False)
    faults = []
    for name, detail in DETAILS.items():
        owners = [stream.name for stream in STREAMS.values() if stream.detail is detail]
        present = [owner for owner in owners if owner in models]
        if name in models and not present:
            faults.append(f"{name}.sql: completes {' or '.join(owners)}, which have no model")
        if name not in models and present and detail.orphan is DeadRow:
            faults.append(
                f"{name}.sql is missing: {', '.join(present)} would be told without it; write it, or leave them out"
            )
    if faults:
        raise ContractBroken(str(folder), faults)
    return models


def models_of_people(folder: Path) -> Mapping[str, Model]:
    """Read the models that say who may be sent, if there are any. Raises `ContractBroken`."""
    return _of_folder(folder, people=True)


def _of_folder(folder: Path, *, people: bool) -> Mapping[str, Model]:
    models = load_models(folder, {*STREAMS, *DETAILS}, _OF_PEOPLE)
    return {name: model for name, model in models.items() if (name in _OF_PEOPLE) is people}


def contracts_of(models: Mapping[str, Model]) -> Mapping[str, Contract]:
    """Return the contract of every model."""
    contracts = {}
    for name in models:
        contract = stream_contract(STREAMS[name]) if name in STREAMS else detail_contract(DETAILS[name])
        contracts[name] = replace(contract, compared=models[name].compared)
    return contracts
