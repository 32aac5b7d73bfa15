"""Why a row or a message was set aside, in words for who never saw the code."""

from collections.abc import Mapping

from extractors.survey.cures import CURES

_WORDS: Mapping[str, str] = {
    "Unknown-Value": "values that are none of those that mean something",
    "Conflicting-Rows": "differing rows of one row id",
    "Broken-Detail": "rows of which a part is dead, as a line of an order",
    "No-Owner": "rows of an owner that is not there, as the lines of an order",
    "Owner-Dead": "rows of an owner that is dead, as the lines of an order",
    "Required-Missing": "messages that lack what the tracking plan requires",
    "Datatype-Mismatch": "messages with a value of another kind than the tracking plan says",
    "Additional-Properties": "messages with a property that the tracking plan does not know",
    "Unknown-Violation": "messages with a value that the tracking plan does not allow",
    "Unplanned-Event": "messages that the tracking plan does not have",
    "Not-Encodable": "messages that JSON cannot hold",
    "Event-Too-Large": "messages larger than the data plane takes",
}


def in_words(reason: str) -> str:
    """Return what rows or messages of that reason show; a reason without words is told by its name."""
    if reason.startswith("Refused-"):
        return f"messages that the data plane refused, each alone, with {reason.removeprefix('Refused-')}"
    return _WORDS.get(reason) or CURES.get(reason, (reason, ""))[0]
