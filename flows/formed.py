"""A flow that is started from a form: what it is refused for is a state that says the cure, in the form's words."""

from collections.abc import Callable
from functools import wraps
from inspect import Signature, signature
from typing import Annotated, Any, ParamSpec, TypeVar

from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import ParameterTypeError
from prefect.runtime import flow_run
from prefect.states import Failed
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from flows.errors import EXITS
from flows.options import MAX_WORKERS
from flows.wording import filled_in, told

P = ParamSpec("P")
R = TypeVar("R")


class FormFlow(Flow[P, R]):
    """A flow whose blocks may be gone by the time that it runs."""

    def validate_parameters(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return the parameters, their blocks loaded. Raises `ParameterTypeError`, which says the cure."""
        try:
            return super().validate_parameters(parameters)
        except ParameterTypeError as error:
            if not isinstance(error.__cause__, ValueError):  # which is how Prefect tells that it found none
                raise
            cure = "choose another, or make it under Blocks"
            raise ParameterTypeError(f"A block that the form names is not there any more: {cure}") from None


def formed(name: str, called: Callable[[], str]) -> Callable[[Callable[P, State[Any]]], FormFlow[P, State[Any]]]:
    """Make a flow of a function that returns its final state. `called` returns the run's name.

    It keeps no results: the ledger alone knows what was sent.
    """

    def make(function: Callable[P, State[Any]]) -> FormFlow[P, State[Any]]:
        form = signature(function)

        @wraps(function)
        def refusing(*args: P.args, **kwargs: P.kwargs) -> State[Any]:
            given = form.bind(*args, **kwargs)
            given.apply_defaults()
            with filled_in(given.arguments):
                try:
                    state = function(*args, **kwargs)
                except tuple(EXITS) as error:
                    state = Failed(message=str(error), data=error)
                return state.model_copy(update={"message": told(state.message or "")})

        refusing.__signature__ = _titled(form)  # type: ignore[attr-defined]  # which Prefect makes the form of

        runner: Any = ThreadPoolTaskRunner(max_workers=MAX_WORKERS)
        return FormFlow(refusing, name=name, flow_run_name=called, task_runner=runner, persist_result=False)

    return make


def _titled(form: Signature) -> Signature:
    """Return the signature with a title for each group: Prefect shows a parameter's bare name over any other title."""

    def named(name: str, annotation: Any) -> Any:
        given = [one.title for one in getattr(annotation, "__metadata__", ()) if getattr(one, "title", None)]
        title = given[0] if given else name.replace("_", " ").capitalize()
        return Annotated[annotation, Field(json_schema_extra={"title": title})]

    parameters = form.parameters.values()
    return form.replace(parameters=[one.replace(annotation=named(one.name, one.annotation)) for one in parameters])


def has_run_before() -> bool:
    """Tell whether the flow run under way is one that was retried, or was suspended and resumed."""
    with get_client(sync_client=True) as client:
        states = client.read_flow_run_states(flow_run.id)
    return len([state for state in states if state.type is StateType.RUNNING]) > 1
