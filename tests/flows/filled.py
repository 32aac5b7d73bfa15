"""The groups of a flow's form, filled in by the names of their fields."""

from uuid import uuid4

from flows.forms import Letters, Pace, Safety, Tolerance, What, Which

IMPORT = {"what": What, "safety": Safety, "pace": Pace}
NIGHT = {"what": Which, "tolerance": Tolerance, "pace": Pace}
REPLAY = {"what": Letters, "tolerance": Tolerance}


def filled(groups, destinations="none", **values):
    form = {name: {key: values.pop(key) for key in kind.model_fields if key in values} for name, kind in groups.items()}
    assert not values, f"no field of the form: {sorted(values)}"
    return {"route": {"destinations": destinations}, **form}


def saved(block, **changes):
    """Return the block, changed and saved under a name of its own."""
    changed = block.model_copy(update=changes)
    changed.save(f"test-{uuid4().hex[:8]}", _sync=True)
    return changed
