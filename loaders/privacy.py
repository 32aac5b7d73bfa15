"""The privacy file: what becomes of each class of personal fields, and which traits leave at all.

```yaml
classes: { contact: hmac, license: drop, birth: year }   # the others are sent
traits: [email, first_name, licenses]                    # of an Identify's and a Group's traits only these leave
```
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from loaders.errors import PlanInvalid
from loaders.personal import Mark, marks, out_of_reach, parts
from mappers.disclosure import POLICIES, Policies, Policy

_FIELDS = ("classes", "traits")
_MOMENTS = ("date", "date-time")
_NEEDS: Mapping[Policy, str] = {"hmac": "texts", "truncate": "texts", "year": "dates and instants"}
_KEYLESS = (
    "hmac needs a key: set BACKFILL_HMAC_KEY to a secret of at least 16 characters, as `openssl rand -hex 32` makes one"
)

Schemas = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Privacy:
    """Where the privacy file is, and the key of its pseudonyms; empty where there is none."""

    path: Path
    key: bytes = field(default=b"", repr=False)


def load_policies(privacy: Privacy, schemas: Schemas) -> tuple[Policies, str]:
    """Return the policies, held against the plan's schemas, and a digest of the file and of the key.

    Raises `PlanInvalid` with every fault at once.
    """
    faults: list[str] = []
    document, raw = _read(privacy.path, faults)
    found = [mark for schema in schemas for mark in marks(schema)]
    far = {pii_class for schema in schemas for pii_class in out_of_reach(schema)}
    classes = _classes(document.get("classes", {}), {mark.pii_class for mark in found} | far, faults)
    traits = _traits(document, schemas, faults)
    faults += dict.fromkeys(_unfit(classes, found, far))
    if "hmac" in classes.values() and not privacy.key:
        faults.append(_KEYLESS)
    if faults:
        raise PlanInvalid(str(privacy.path), faults, "privacy file", "BACKFILL_PRIVACY")
    digest = hashlib.sha256(raw + hashlib.sha256(privacy.key).digest()).hexdigest()
    return Policies(classes, traits), digest


def _read(path: Path, faults: list[str]) -> tuple[Mapping[str, Any], bytes]:
    try:
        raw = path.read_bytes()
        document = yaml.load(raw, _Once)  # noqa: S506  # a SafeLoader
    except OSError as error:
        faults.append(f"cannot be read: {error.strerror}")
        return {}, b""
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        faults.append(f"is not YAML: {place}{getattr(error, 'problem', 'not UTF-8')}")
        return {}, b""
    if not isinstance(document, dict) or not document:
        faults.append("must say `classes`, `traits`, or both")
        return {}, raw
    faults += [f"unknown field {name!r}: there are `classes` and `traits`" for name in document if name not in _FIELDS]
    return document, raw


class _Once(yaml.SafeLoader):
    """Refuses a name that stands twice, of which YAML's last would silently undo the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        names = [key.value for key, _ in node.value]
        for key, _ in reversed(node.value):
            if names.count(key.value) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} stands twice", key.start_mark)
        return super().construct_mapping(node, deep)


def _classes(given: Any, known: set[str], faults: list[str]) -> Mapping[str, Policy]:
    if not isinstance(given, dict):
        faults.append("`classes` must give each class its policy, as `contact: hmac`")
        return {}
    for name, policy in given.items():
        if name not in known:
            faults.append(f"classes: no field of the plan has the class {name!r}; {_near(name, known)}")
        if policy not in POLICIES:
            faults.append(f"classes.{name}: there is no policy {policy!r}; there are {', '.join(POLICIES)}")
    return {name: policy for name, policy in given.items() if name in known and policy in POLICIES}


def _traits(document: Mapping[str, Any], schemas: Schemas, faults: list[str]) -> frozenset[str] | None:
    if "traits" not in document:
        return None
    given = document["traits"]
    if not isinstance(given, list):
        faults.append("`traits` must be a list of names")
        return None
    bodies = [parts(schema).named.get("traits") for schema in schemas]
    known = {name for body in bodies if isinstance(body, Mapping) for name in parts(body).named}
    unknown = [name for name in given if not isinstance(name, str) or name not in known]
    faults += [f"traits: the plan knows no trait {name!r}; {_near(name, known)}" for name in unknown]
    return frozenset(name for name in given if name not in unknown)


def _unfit(classes: Mapping[str, Policy], found: Sequence[Mark], far: set[str]) -> Iterator[str]:
    """Yield where a policy cannot be applied; the same field of many rules is one place."""
    for path, pii_class, schema in found:
        policy = classes.get(pii_class, "send")
        if policy in _NEEDS and not _fits(policy, schema):
            place, cure = ".".join(path), "choose send or drop, or give it a class of its own in the plan"
            yield f"classes.{pii_class}: {policy} is for {_NEEDS[policy]}, and {place} is not always one; {cure}"
    for pii_class in sorted(far):
        if classes.get(pii_class, "send") != "send":
            place = "an id, or stands under `anyOf`, `$ref` or the like, where no policy reaches it"
            yield f"classes.{pii_class}: a field of the plan is {place}; write it under `properties` of body or context"


def _fits(policy: Policy, schema: Mapping[str, Any]) -> bool:
    kind = schema.get("type")
    is_text = kind in ("string", ["string"])
    return is_text and (policy != "year" or schema.get("format") in _MOMENTS)


def _near(name: Any, known: set[str]) -> str:
    near = get_close_matches(str(name), sorted(known), 1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known)) or 'none'}"
