"""The lint finds each way in which models, mappers and plan can fall apart, in a plan that is broken on purpose."""

from pathlib import Path

import pytest
import yaml

from extractors.models import Model
from flows.plan_lint.coverage import unmade
from flows.plan_lint.filling import filled
from flows.plan_lint.finding import Level
from flows.plan_lint.full_rows import WORDS, full_pages
from flows.plan_lint.linting import lint
from flows.profile import load_profile
from loaders.plan import load_plan
from mappers.catalog import DETAILS, STREAMS

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = ROOT / "data" / "tracking_plan.yaml"
PROFILES = ROOT / "extractors" / "models"


@pytest.fixture
def broken(tmp_path):
    """Give what lints the shipped plan after a change of one rule, and returns what is said."""

    def said(key=None, change=None, models=None, document=None):
        plan = document or yaml.safe_load(SHIPPED.read_text())
        for row in plan["rules"]:
            if row["key"] == key:
                change(row)
        path = tmp_path / "plan.yaml"
        path.write_text(yaml.safe_dump(plan))
        return [(finding.level, str(finding)) for finding in lint(load_plan(path), models)]

    return said


def body(row):
    properties = row["schema"]["properties"]
    return properties["traits"] if row["call"] in ("identify", "group") else properties["properties"]


def test_the_shipped_plan_mappers_and_models_agree():
    plan = load_plan(SHIPPED)

    assert lint(plan) == []
    assert [lint(plan, load_profile(PROFILES / name)) for name in ("sample", "atg")] == [[], []]


def test_every_rule_of_every_stream_is_looked_at():
    plan = load_plan(SHIPPED)
    messages = filled(plan, STREAMS.values())

    assert set(messages) == {rule for stream in STREAMS.values() for rule in stream.rules}
    assert all(messages.values())


def test_the_words_are_of_columns_that_there_are():
    rows = {name: stream.row for name, stream in STREAMS.items()} | {name: one.row for name, one in DETAILS.items()}

    assert all(column in rows[place]._fields for place, column in WORDS)


def test_a_stream_whose_words_are_not_known_is_named(monkeypatch):
    monkeypatch.delitem(WORDS, ("cart_events", "action"))
    streams = [STREAMS["cart_events"]]

    findings = list(unmade(streams, filled(load_plan(SHIPPED), streams)))

    assert [finding.what for finding in findings] == [
        "no invented row makes a message of rule product_added",
        "no invented row makes a message of rule product_removed",
    ]


def test_a_full_row_is_of_a_user_or_of_a_visitor():
    people = {(page.row.user_id, page.row.anonymous_id) for page in full_pages(STREAMS["orders"])}

    assert people == {("100", None), (None, "100")}


def test_a_required_field_that_no_mapper_fills(broken):
    words = (
        "rule order_completed: `properties.store` is required, and no mapper fills it: "
        "every message is a dead letter; fill it in the mapper, or do not require it"
    )

    assert broken("order_completed", lambda row: body(row)["required"].append("store")) == [(Level.WRONG, words)]


def test_a_required_field_of_the_lines(broken):
    def change(row):
        lines = body(row)["properties"]["products"]["items"]
        row["schema"] = yaml.safe_load(yaml.safe_dump(row["schema"]))
        lines = body(row)["properties"]["products"]["items"]
        lines["required"] = ["product_id", "weight"]

    ((_, words),) = broken("order_completed", change)

    assert words.startswith("rule order_completed: `properties.products[].weight` is required, and no mapper fills it")


def test_a_field_that_only_some_messages_lack_is_no_fault(broken):
    def change(row):
        row["schema"]["required"] = [*row["schema"]["required"], "userId"]

    assert broken("order_completed", change) == []


def test_a_field_that_the_plan_does_not_allow(broken):
    ((level, words),) = broken("order_completed", lambda row: body(row)["properties"].pop("coupon"))

    assert level is Level.WRONG
    assert (
        "the mapper fills `properties.coupon`, which the plan does not allow: every message is a dead letter" in words
    )


def test_a_field_that_only_some_messages_have(broken):
    ((_, words),) = broken("order_completed", lambda row: row["schema"]["properties"].pop("anonymousId"))

    assert "the mapper fills `anonymousId`, which the plan does not allow: some messages are dead letters" in words


def test_a_closed_body_that_names_no_field(broken):
    def change(row):
        row["schema"]["properties"]["properties"] = {"type": "object", "additionalProperties": False}

    ((_, words),) = broken("user_viewed_licenses", change)

    assert "the mapper fills `properties.action, properties.license_id`, which the plan does not allow" in words


def test_a_field_that_an_open_plan_does_not_know_is_a_hint(broken):
    def change(row):
        body(row)["properties"].pop("coupon")
        body(row)["additionalProperties"] = True

    words = (
        "rule order_completed: the mapper fills what the plan does not know: properties.coupon; "
        "it is sent, since additional fields are allowed; plan it, so that it is checked"
    )

    assert broken("order_completed", change) == [(Level.HINT, words)]


@pytest.mark.parametrize(
    ("key", "field", "schema", "words"),
    [
        ("user_updated_profile", "section", {"type": "integer"}, "the mapper gives string, the plan wants integer"),
        ("user_updated_profile", "section", {"enum": [1, 2]}, "the mapper gives string, the plan wants integer"),
        (
            "product_added",
            "quantity",
            {"type": ["string", "null"]},
            "the mapper gives integer, the plan wants null or string",
        ),
        ("product_added", "price", {"type": "integer"}, "the mapper gives number, the plan wants integer"),
        ("order_completed", "products", {"type": "object"}, "the mapper gives array, the plan wants object"),
        ("identify_current", "birthday", {"format": "date-time"}, "the mapper gives a day, the plan wants date-time"),
        ("identify_current", "createdAt", {"format": "date"}, "the mapper gives an instant, the plan wants date"),
        ("group_organisation", "address", {"type": "array"}, "the mapper gives object, the plan wants array"),
    ],
)
def test_types_that_cannot_agree(broken, key, field, schema, words):
    found = broken(key, lambda row: body(row)["properties"].update({field: schema}))

    assert any(words in said and level is Level.WRONG for level, said in found)


@pytest.mark.parametrize("schema", [{"enum": ["other"]}, {"pattern": "^x"}, {"minLength": 90}, {"format": "uri"}])
def test_a_text_that_was_merely_invented_is_no_fault(broken, schema):
    assert broken("user_viewed_licenses", lambda row: body(row)["properties"].update(action=schema)) == []


def test_a_rule_of_no_stream(broken):
    def change(row):
        row["key"] = "someone_signed_up"

    unsent = (
        "rule someone_signed_up: it is active, and no stream sends 'User Signed Up'; "
        "give it the key of a stream's rule, or `source: none`, or add a stream"
    )
    unplanned = (
        "stream sign_ups: the plan has no rule user_signed_up: its messages are dead letters (Unplanned-Event); "
        "add the rule, with `status: deferred` where it is not to be sent"
    )

    assert broken("user_signed_up", change) == [(Level.WRONG, unsent), (Level.WRONG, unplanned)]


@pytest.mark.parametrize("change", [{"source": "none"}, {"status": "deferred"}])
def test_a_rule_that_is_not_to_be_sent_needs_no_stream(broken, change):
    document = yaml.safe_load(SHIPPED.read_text())
    document["rules"].append({**document["rules"][3], "key": "new", "event": "New", **change})

    assert broken(document=document) == []


@pytest.mark.parametrize(
    ("key", "field", "schema", "words"),
    [
        (
            "identify_by_hand",
            "company",
            {"type": "string"},
            "`traits.company` is here string, and by its standard object",
        ),
        ("identify_by_hand", "age", {"type": "string"}, "`traits.age` is here string, and by its standard integer"),
        ("group_by_hand", "plan", {"type": "integer"}, "`traits.plan` is here integer, and by its standard string"),
        ("identify_by_hand", "firstName", {}, "`traits` has firstName and first_name: a warehouse makes one column of"),
        (
            "identify_by_hand",
            "created_at",
            {},
            "`traits` has createdAt and created_at: a warehouse makes one column of",
        ),
    ],
)
def test_a_standard_name_must_keep_its_meaning(broken, key, field, schema, words):
    ((level, said),) = broken(key, lambda row: body(row)["properties"].update({field: schema}))

    assert level is Level.WRONG
    assert words in said


def models(**texts):
    profile = dict(load_profile(PROFILES / "sample"))
    return profile | {name: Model(name, sql) for name, sql in texts.items()}


ORDER = "SELECT id AS row_id, who AS user_id, NULL AS anonymous_id, at AS occurred_at, 1 AS is_completed"


@pytest.mark.parametrize(
    "sql",
    [
        f"{ORDER}, shipping FROM orders",
        f"{ORDER}, NULL AS total, shipping FROM orders",
        f"{ORDER}, CAST(NULL AS NUMERIC(10, 2)) AS total FROM orders",
        f"{ORDER}, NULL AS total FROM orders UNION ALL {ORDER}, NULL AS total FROM old_orders",
    ],
    ids=["absent", "null", "cast", "union"],
)
def test_a_required_field_whose_column_is_empty(broken, sql):
    words = (
        "rule order_completed: `properties.{}` is required, and orders.total is absent or NULL: "
        "every message is a dead letter; fill the column in the model, or do not require the field"
    )

    found = broken(models=models(orders=sql))

    assert found == [(Level.WRONG, words.format(field)) for field in ("revenue", "total")]


def test_what_no_mapper_fills_is_not_said_again_of_a_model(broken):
    found = broken("order_completed", lambda row: body(row)["required"].append("store"), models=models())

    assert ["no mapper fills it" in words for _, words in found] == [True]


def test_a_column_that_is_null_in_one_branch_only_is_not_empty(broken):
    sql = f"{ORDER}, NULL AS total FROM orders UNION ALL {ORDER}, amount AS total FROM old_orders"

    assert broken(models=models(orders=sql)) == []


def test_required_names_of_an_account_without_them(broken):
    sql = "SELECT id AS row_id, id AS user_id, at AS changed_at, mail AS email, NULL AS first_name FROM accounts"

    found = [words for _, words in broken(models=models(accounts=sql))]

    assert [words.split(":")[1].split(" is ")[0] for words in found] == [" `traits.first_name`", " `traits.last_name`"]
    assert "accounts.first_name is absent or NULL" in found[0]


def test_a_model_whose_text_does_not_tell_is_a_hint(broken):
    ((level, words),) = broken(models=models(orders="SELECT * FROM our_orders"))

    assert level is Level.HINT
    assert words.startswith("orders.sql: its text does not tell its columns, so that nothing is said of them")


def test_streams_without_a_model_are_passed_over(broken):
    def change(row):
        body(row)["properties"].pop("coupon")

    assert broken("order_completed", change, models={"sign_ins": load_profile(PROFILES / "sample")["sign_ins"]}) == []
