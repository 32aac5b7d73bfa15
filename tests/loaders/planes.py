"""Data planes at the one seam between batches and HTTP, and what the ledger says of the batches that they got."""

import math

from sqlalchemy import select

from loaders.answers import Answer, Target
from loaders.delivery import Delivered, deliver
from loaders.ledger.schema import batches

IDS = [f"00000000-0000-5000-8000-{number:012x}" for number in range(1024)]
OK, REFUSED, TOO_LARGE, LIMITED = Answer(200, "ok"), Answer(400, ""), Answer(413, ""), Answer(429, "")
LOST = Answer(None, "the connection broke")


class Plane:
    """A data plane at the one seam: it notes what the ledger held when it was asked, and answers as told."""

    url, target = "http://127.0.0.1:1", Target.RUDDERSTACK

    def __init__(self, ledger, *answers):
        self.ledger, self.answers, self.bodies, self.seen = ledger, list(answers), [], []

    def post(self, body):
        self.bodies.append(body)
        self.seen.append(states(self.ledger))
        answer = self.answers.pop(0) if self.answers else OK
        if isinstance(answer, Exception):
            raise answer
        return answer(body) if callable(answer) else answer


class Judging:
    """A data plane that refuses every batch in which a message is that it does not like."""

    url, target = "http://127.0.0.1:1", Target.RUDDERSTACK

    def __init__(self, poison, most_bytes=math.inf):
        self.poison, self.most_bytes, self.stored, self.requests = poison, most_bytes, [], 0

    def post(self, body):
        self.requests += 1
        if len(body) > self.most_bytes:
            return TOO_LARGE
        ids = [one for one in IDS if one.encode() in body] if len(body) < 400_000 else None
        if any(one.encode() in body for one in self.poison):
            return REFUSED
        self.stored.append(ids)
        return OK


def states(ledger):
    with ledger.connect() as connection:
        return list(connection.execute(select(batches.c.state).order_by(batches.c.batch_id)).scalars())


def delivered(batch, way):
    result = Delivered()
    deliver(batch, way, result)
    return result
