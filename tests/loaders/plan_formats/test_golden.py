"""Small documents in each format as others write it: they come back as they were, load, and check real messages."""

from pathlib import Path

import pytest
import yaml

from loaders.check import encoded, violations
from loaders.plan import load_plan
from loaders.plan_formats import rudder_cli, rudderstack, segment
from mappers.envelope import envelope
from mappers.kinds import Instant, Key
from mappers.outcomes import Draft

FULL = Path(__file__).resolve().parents[3] / "data" / "tracking_plan.yaml"
AT, ID = Instant("2020-01-01T12:00:00.000000Z"), "00000000-0000-5000-8000-000000000000"


@pytest.fixture
def read(tmp_path, golden):
    """Give what imports a golden document and loads the plan of it."""

    def loaded(name):
        module, document = golden(name)
        path = tmp_path / "plan.yaml"
        path.write_text(yaml.safe_dump(module.imported(document).document))
        return load_plan(path)

    return loaded


def message(rule, body):
    draft = Draft(rule.key, Key("7"), None, AT, Key("1"), "", body, Key("9") if rule.call == "group" else None)
    return envelope("1.0.0", (), {}).message(draft, ID, rule.call, rule.event)


@pytest.mark.parametrize("name", ["rudderstack.json", "segment.json", "rudder-cli"])
def test_a_document_comes_back_as_it_was(golden, name):
    module, document = golden(name)
    imported = module.imported(document)

    exported = module.exported(imported.document)

    assert exported.document == golden(name)[1]
    assert (imported.notes, exported.notes) == ((), ())


@pytest.mark.parametrize("module", [rudderstack, segment, rudder_cli])
def test_our_plan_comes_back_as_far_as_the_format_can_say_it(module):
    ours = yaml.safe_load(FULL.read_bytes())
    exported = module.exported(ours)

    back = module.imported(exported.document)

    kept = {row["key"]: row for row in back.document["rules"]}
    named = {note.split(":")[0].removeprefix("rule ") for note in exported.notes}
    same = [row["key"] for row in ours["rules"] if kept.get(row["key"]) == row]
    assert back.notes == ()
    assert {"user_signed_up", "product_added", "checkout_started", "order_completed"} <= set(kept)
    assert all(row["key"] in named for row in ours["rules"] if row["key"] not in kept)
    if module is not rudder_cli:  # where a word's type is written out, and keywords change their places
        assert {row["key"] for row in ours["rules"]} - set(same) <= named
    assert module.exported(back.document) == (exported.document, ())


def test_every_note_names_its_rule_and_what_is_lost():
    notes = rudder_cli.exported(yaml.safe_load(FULL.read_bytes())).notes

    assert "rule user_viewed_licenses: `aliases` cannot be said" in notes
    assert "rule cart_viewed: `status: live` cannot be said; an event there is one that is sent" in notes
    assert (
        "rule identify_signed_in: there can be one rule of identify, which is identify_current; it is left out" in notes
    )
    assert "rule user_updated_profile: `x-pii` of phone cannot be said" in notes


@pytest.mark.parametrize(
    ("name", "key", "good", "bad", "fault"),
    [
        ("rudderstack.json", "identify_current", {"email": "a"}, {"email": 5}, "traits.email: type"),
        (
            "rudderstack.json",
            "group_organisation",
            {"name": "ab"},
            {"name": "a"},
            "traits.name: minLength",
        ),
        (
            "rudderstack.json",
            "order_completed",
            {"order_id": "1", "total": 1.5},
            {"order_id": "1", "total": 1.5, "x": 1},
            "properties: additionalProperties",
        ),
        (
            "rudderstack-catalog.json",
            "order_completed",
            {"order_id": "123", "total": 1},
            {"order_id": "12"},
            "properties.order_id: minLength",
        ),
        (
            "rudderstack-catalog.json",
            "order_completed",
            {"order_id": "123"},
            {"order_id": "123", "x": 1},
            "properties: additionalProperties",
        ),
        ("segment.json", "order_completed", {"order_id": "1", "x": 1}, {}, "properties.order_id: required"),
        ("segment.json", "page_viewed", {}, 5, "properties: type"),
        (
            "typewriter.json",
            "order_completed",
            {"order_id": "1"},
            {"order_id": 1},
            "properties.order_id: type",
        ),
        ("rudder-cli", "identify_current", {"email": "a@b.c"}, {"email": "a"}, "traits.email: format"),
        (
            "rudder-cli",
            "identify_current",
            {"email": "a@b.c", "address": {"city": "x"}},
            {"email": "a@b.c", "address": {"city": "x", "street": "y"}},
            "traits.address: additionalProperties",
        ),
        (
            "rudder-cli",
            "order_completed",
            {"order_id": "1", "products": [{"name": "book", "x": 1}]},
            {"order_id": "1", "products": [{"name": "a"}]},
            "properties.products.0.name: enum",
        ),
        (
            "rudder-cli-legacy",
            "order_completed",
            {"order_id": "123", "total": None, "products": [{"price": 2}]},
            {"order_id": "123", "products": [{}]},
            "properties.products.0.price: required",
        ),
        (
            "rudder-cli-legacy",
            "order_completed",
            {"order_id": "123", "tags": ["a"]},
            {"order_id": "123", "tags": []},
            "properties.tags: minItems",
        ),
        (
            "rudder-cli-legacy",
            "identify_current",
            {"address": {"city": "x"}, "unplanned": 1},
            {"address": {"street": "x"}},
            "traits.address.city: required",
        ),
    ],
)
def test_an_imported_plan_checks_messages(read, name, key, good, bad, fault):
    rule = read(name).rules[key]

    assert isinstance(encoded(rule, message(rule, good)), bytes)
    assert fault in [violation.detail for violation in violations(rule, message(rule, bad))]


def test_what_a_plan_says_of_the_rest_of_the_message_is_kept(read):
    rule = read("segment.json").rules["order_completed"]
    sent = message(rule, {"order_id": "1"})
    sent["context"] = sent["context"] | {"userAgent": "a bot"}

    assert [violation.detail for violation in violations(rule, sent)] == ["context.userAgent: not"]


def test_keys_statuses_and_versions_are_those_of_our_streams(read):
    plan = read("segment.json")

    assert [(rule.key, rule.event, rule.version) for rule in plan.rules.values()] == [
        ("identify_current", "Identify", "1-0-0"),
        ("order_completed", "Order Completed", "3-0-0"),
        ("page_viewed", "Page View", "1-0-0"),
    ]
    assert all(rule.active for rule in plan.rules.values())


def test_what_ours_cannot_say_is_noted_on_the_way_in(golden):
    assert rudder_cli.imported(golden("rudder-cli-legacy")[1]).notes == (
        "the plan's description cannot be said",
        "rule 1 (paid_rule): the category of event paid cannot be said",
    )
