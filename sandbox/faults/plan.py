"""Which request meets which fault."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.faults.fault import Fault
from sandbox.gateway import answers
from sandbox.gateway.answers import Answer

NO_FAULT = Fault(name="")


class StageHookError(RuntimeError):
    """``on_stage`` failed; its error is the cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPlan:
    """What goes wrong with the POSTs of events, counted from 1.

    The first meet ``script`` in its order, None being no fault; of later ones a share of ``rate`` meets one of
    ``kinds``, drawn by ``seed`` and the request's number alone, so whatever order they come in.

    Where a fault lets a request through to storing, ``poison`` and ``max_bytes`` stand before the gateway: a body that
    (decompressed) holds one of these texts is refused whole with 400, one that is larger with 413.

    ``on_stage`` is called in the plane's thread, which stands still meanwhile, with a request's number and `arrived`
    (read, nothing forwarded), `stored` (the gateway said 200, nothing answered) or `answered` (all bytes of the answer
    written, if it has any). Raises ValueError for a rate that is none, or that has nothing to draw from.
    """

    script: tuple[Fault | None, ...] = ()
    rate: float = 0.0
    kinds: tuple[Fault, ...] = ()
    seed: int = 0
    poison: tuple[bytes, ...] = ()
    max_bytes: int | None = None
    on_stage: Callable[[str, int], None] | None = None

    def __post_init__(self) -> None:
        """Refuse a plan that says nothing."""
        if not 0 <= self.rate <= 1:
            raise ValueError(f"rate: 0 to 1, not {self.rate}")
        if self.rate and not self.kinds:
            raise ValueError("kinds: give at least one with a rate")
        if b"" in self.poison:
            raise ValueError("poison: the empty text is in every body")

    @property
    def inspects(self) -> bool:
        """Whether bodies have to be looked into."""
        return bool(self.poison) or self.max_bytes is not None

    def fault_of(self, number: int) -> Fault:
        """Give the fault of the request of this number, `NO_FAULT` if it has none."""
        if number <= len(self.script):
            return self.script[number - 1] or NO_FAULT
        if not self.rate:
            return NO_FAULT
        draw = random.Random(f"{self.seed} {number}")
        return draw.choice(self.kinds) if draw.random() < self.rate else NO_FAULT

    def refusal_of(self, body: bytes) -> Answer | None:
        """Give what a decompressed body is refused with, None if it is not; identity before size, as there."""
        if any(text in body for text in self.poison):
            return answers.NOT_IDENTIFIABLE
        if self.max_bytes is not None and len(body) > self.max_bytes:
            return answers.TOO_LARGE
        return None

    def tell(self, stage: str, number: int) -> None:
        """Tell the hook, if there is one. Raises StageHookError if it fails."""
        if self.on_stage is None:
            return
        try:
            self.on_stage(stage, number)
        except Exception as error:
            raise StageHookError(stage, number) from error
