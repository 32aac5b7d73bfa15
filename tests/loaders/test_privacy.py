"""The privacy file: every fault at once; and the rules as it rewrites them."""

import copy
import pickle
import re
from pathlib import Path
from textwrap import indent

import pytest
import yaml

from loaders.check import Violation, encoded
from loaders.errors import PlanInvalid
from loaders.plan import load_plan, personal_fields
from loaders.privacy import Privacy
from mappers.disclosure import POLICIES, PersonalField

SHIPPED = Path(__file__).parents[2] / "data" / "tracking_plan.yaml"
PLAN = load_plan(SHIPPED)
KEY = b"0123456789abcdef"
TEXT = {"type": "string", "x-pii": "contact"}


@pytest.fixture
def privacy(tmp_path):
    """Give what writes a privacy file, with a key unless another is given."""

    def written(text, key=KEY):
        path = tmp_path / "privacy.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Privacy(path, key)

    return written


@pytest.fixture
def under(privacy, plan_file):
    """Give what loads the shipped plan, or one of a single rule, under a privacy file."""

    def loaded(text, schema=None, call="identify", key=KEY):
        if schema is None:
            return load_plan(SHIPPED, privacy(text, key))
        row = {"key": "a", "call": call, "event": "A", "status": "active", "schema": schema}
        return load_plan(plan_file("rules:\n" + indent(yaml.safe_dump([row]), "  ")), privacy(text, key))

    return loaded


@pytest.fixture
def faults(under):
    def found(text, *schema, **more):
        with pytest.raises(PlanInvalid) as raised:
            under(text, *schema, **more)
        return raised.value.faults

    return found


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("classes: [1,\n }", "is not YAML: line 2: expected the node content, but found '}'"),
        (b"classes: \xff", "is not YAML: not UTF-8"),
        ("", "must say `classes`, `traits`, or both"),
        ("- contact", "must say `classes`, `traits`, or both"),
        ("clases: {}", "unknown field 'clases': there are `classes` and `traits`"),
        ("classes:", "`classes` must give each class its policy, as `contact: hmac`"),
        ("classes: [contact]", "`classes` must give each class its policy, as `contact: hmac`"),
        ("classes: { contct: hmac }", "classes: no field of the plan has the class 'contct'; did you mean contact?"),
        ("classes: { contact: hash }", "classes.contact: there is no policy 'hash'; there are send, drop, hmac, "),
        ("classes: { contact: no }", "classes.contact: there is no policy False; there are send, "),
        ("classes: { contact: [drop] }", "classes.contact: there is no policy ['drop']; there are send, "),
        ("classes:\n  contact: drop\n  contact: send", "is not YAML: line 3: 'contact' stands twice"),
        ("traits: email", "`traits` must be a list of names"),
        ("traits: [emial]", "traits: the plan knows no trait 'emial'; did you mean email?"),
        ("traits: [{}]", "traits: the plan knows no trait {}; there are address, age"),
        ("classes: { address: hmac }", "classes.address: hmac is for texts, and traits.address is not always one;"),
        ("classes: { unknown: truncate }", "classes.unknown: truncate is for texts, and traits.* is not always one"),
        ("classes: { demographic: hmac }", "classes.demographic: hmac is for texts, and traits.age is not always one;"),
        ("classes: { name: year }", "classes.name: year is for dates and instants, and traits.first_name is not"),
    ],
)  # fmt: skip
def test_a_faulty_file_says_its_fault(faults, text, fault):
    assert faults(text)[0].startswith(fault)


def test_every_fault_is_said_at_once_with_the_file_and_its_setting(privacy):
    classes = "{ contct: hmac, name: hash, address: hmac, contact: hmac, licence: no }"
    text = f"clases: 1\ntraits: [emial]\nclasses: {classes}"
    file = privacy(text, b"")
    with pytest.raises(PlanInvalid, match=r"privacy\.yaml does not hold \(BACKFILL_PRIVACY\):\n") as raised:
        load_plan(SHIPPED, file)

    found = raised.value.faults
    copied = pickle.loads(pickle.dumps(raised.value))  # noqa: S301  # our own
    assert [fault.split(":")[0] for fault in found] == [
        "unknown field 'clases'", "classes", "classes.name", "classes", "classes.licence", "traits",
        "classes.address", "classes.address", "hmac needs a key",
    ]  # fmt: skip
    assert (copied.faults, str(copied)) == (found, str(raised.value))


def test_a_key_is_needed_only_for_pseudonyms(faults, under):
    (fault,) = faults("classes: { contact: hmac }", key=b"")

    assert "set BACKFILL_HMAC_KEY to a secret of at least 16 characters" in fault
    assert under("classes: { contact: drop }", key=b"").privacy


def test_a_missing_file_is_named_with_its_setting(tmp_path):
    with pytest.raises(PlanInvalid, match=r"nowhere\.yaml .*BACKFILL_PRIVACY.*\n  - cannot be read: No such file"):
        load_plan(SHIPPED, Privacy(tmp_path / "nowhere.yaml"))


def test_the_key_is_not_shown(privacy):
    assert "0123456789" not in repr(privacy("classes: {}"))


def test_the_digest_is_of_the_file_and_of_the_key(under):
    plan = under("classes: { contact: hmac }")
    digests = {
        plan.privacy,
        under("classes: { contact: drop }").privacy,
        under("classes: { contact: hmac }", key=b"another key of the tests").privacy,
        PLAN.privacy,
    }

    assert len(digests) == 4
    assert under("classes: { contact: hmac }").privacy == plan.privacy
    assert (PLAN.privacy, plan.digest) == ("", PLAN.digest)


def traits(plan, rule="identify_current"):
    return plan.rules[rule].schema["properties"]["traits"]


def test_the_schema_is_that_of_what_leaves_and_the_plans_own_stays(under):
    before = copy.deepcopy(PLAN.rules["identify_current"].planned)
    plan = under("classes: { contact: hmac, license: drop, birth: year, name: truncate, network: drop, address: drop }")
    found = traits(plan)

    assert found["properties"]["email"] == {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    assert found["properties"]["birthday"] == {"type": "string", "pattern": "^[0-9]{4}$"}
    assert found["properties"]["first_name"] == {"type": "string"}
    assert "address" not in found["properties"]
    assert "license_number" not in found["properties"]["licenses"]["items"]["properties"]
    assert found["required"] == ["email", "first_name", "last_name"]
    assert plan.rules["order_completed"].schema["properties"]["context"]["properties"] == {}
    assert plan.rules["identify_current"].planned == before == PLAN.rules["identify_current"].schema


def test_what_is_dropped_is_required_no_more(under):
    plan = under("classes: { contact: drop }")

    assert traits(plan)["required"] == ["first_name", "last_name"]
    assert traits(plan, "identify_signed_in") == {
        "type": "object", "required": [], "additionalProperties": False, "properties": {},
    }  # fmt: skip
    assert "minProperties" not in traits(plan, "identify_updated_profile")


def test_an_allow_list_leaves_nothing_else(under):
    plan = under("traits: [email, licenses]")

    assert set(traits(plan)["properties"]) == {"email", "licenses"}
    assert traits(plan)["required"] == ["email"]
    assert set(traits(plan, "group_organisation")["properties"]) == {"email"}
    by_hand = traits(plan, "group_by_hand")
    assert (set(by_hand["properties"]), by_hand["additionalProperties"]) == ({"email", "licenses"}, False)
    assert plan.rules["user_updated_profile"].before is None


def test_an_allow_list_closes_traits_that_the_plan_leaves_open(under):
    open_ = {"type": "object", "properties": {"traits": {"type": "object", "properties": {"email": TEXT}}}}
    rule = under("traits: [email]", open_).rules["a"]

    assert rule.disclosure.of_body({"email": "a@example.org", "odd": 1}) == {"email": "a@example.org"}
    assert rule.schema["properties"]["traits"]["additionalProperties"] is False


def test_a_rule_that_no_policy_is_about_is_the_same(under):
    plan = under("classes: { contact: drop }")

    assert plan.rules["order_completed"].before is None
    assert under("classes: { contact: send }").rules["identify_current"].before is None


def test_policies_are_given_in_the_plans_spelling_and_hold_in_the_other(privacy, plan_file):
    text = SHIPPED.read_text("utf-8").replace("\n  use: plan", "\n  use: rudderstack")
    plan = load_plan(plan_file(text), privacy("classes: { name: hmac }\ntraits: [first_name, email, company_name]"))
    found = traits(plan)

    assert set(found["properties"]) == {"firstName", "email", "company"}
    assert found["properties"]["firstName"]["pattern"] == "^[0-9a-f]{64}$"
    assert found["required"] == ["email", "firstName"]
    assert {field.path[1] for field in personal_fields(plan) if field.rule == "identify_signed_up"} >= {"first_name"}


def test_respelling_leaves_the_plans_own_shapes_alone(plan_file):
    text = SHIPPED.read_text("utf-8").replace("\n  use: plan", "\n  use: rudderstack")
    plan = load_plan(plan_file(text.replace("{ name: *text, id: *id, industry", "{ id: *id, industry")))
    company = plan.rules["identify_by_hand"].planned["properties"]["traits"]["properties"]["company"]

    assert "name" in traits(plan, "identify_by_hand")["properties"]["company"]["properties"]
    assert "name" not in company["properties"]


WHOLE = {"anyOf": [{"required": ["email"]}], "minProperties": 1, "dependencies": {"email": ["phone"]}}


def test_what_a_schema_asks_of_the_whole_is_asked_before(under):
    schema = {"properties": {"traits": {"type": "object", "properties": {"email": TEXT, "phone": TEXT}, **WHOLE}}}
    rule = under("classes: { contact: drop }", schema).rules["a"]

    assert encoded(rule, {"traits": {}}) == b'{"traits":{}}'
    assert isinstance(encoded(rule.before, {"traits": {"phone": "1"}}), Violation)
    assert encoded(rule.before, {"traits": {"email": 5, "phone": "1"}}) == b'{"traits":{"email":5,"phone":"1"}}'


def test_arrays_of_personal_texts(under):
    listed = {"type": "array", "items": TEXT, "uniqueItems": True, "minItems": 1}
    schema = {"properties": {"traits": {"properties": {"mails": listed}, "required": ["mails"]}}}
    rule = under("classes: { contact: truncate }", schema).rules["a"]

    left = rule.disclosure.of_body({"mails": ["ada@example.org", "abe@example.org"]})
    assert encoded(rule, {"traits": left}) == b'{"traits":{"mails":["a","a"]}}'
    gone = under("classes: { contact: drop }", schema).rules["a"]
    assert gone.disclosure.of_body({"mails": ["ada@example.org"]}) == {}
    assert encoded(gone, {"traits": {}}) == b'{"traits":{}}'


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"userId": TEXT}},
        {"properties": {"traits": TEXT}},
        {"properties": {"traits": {"anyOf": [{"properties": {"email": TEXT}}]}}},
        {"properties": {"traits": {"patternProperties": {"mail": TEXT}}}},
        {"properties": {"traits": {"items": [TEXT]}}},
        {"definitions": {"mail": TEXT}, "properties": {"traits": {"properties": {"a": {"$ref": "#/definitions/mail"}}}}}
    ],
    ids=range(6),
)  # fmt: skip
def test_a_field_that_no_policy_reaches_is_refused_unless_it_is_to_be_sent(faults, under, schema):
    (fault,) = faults("classes: { contact: drop }", schema)

    assert fault.startswith("classes.contact: a field of the plan is an id, or stands under `anyOf`")
    assert under("classes: { contact: send }", schema)


def test_personal_fields_have_their_class_and_their_policy(under):
    plan = under("classes: { license: hmac, address: drop }\ntraits: [email, licenses]")
    found = personal_fields(plan)

    assert PersonalField("identify_current", ("traits", "email"), "contact", "send") in found
    assert PersonalField("identify_current", ("traits", "phone"), "contact", "drop") in found
    assert PersonalField("identify_current", ("traits", "licenses", "[]", "license_number"), "license", "hmac") in found
    assert PersonalField("billing_address_updated", ("properties", "address"), "address", "drop") in found
    assert PersonalField("order_completed", ("context", "ip"), "network", "send") in found
    assert PersonalField("identify_by_hand", ("traits", "*"), "unknown", "drop") in found
    assert {field.policy for field in personal_fields(PLAN)} == {"send"}
    assert {field.pii_class for field in personal_fields(PLAN)} == {
        "contact", "name", "license", "birth", "demographic", "address", "network", "unknown", "profile",
    }  # fmt: skip


def test_what_a_dropped_field_holds_is_dropped(under):
    inner = {"type": "object", "x-pii": "address", "properties": {"mail": TEXT}}
    plan = under("classes: { address: drop, contact: send }", {"properties": {"traits": {"properties": {"at": inner}}}})

    assert [field.policy for field in personal_fields(plan)] == ["drop", "drop"]


def test_the_documents_example_holds_and_its_pseudonym_is_right(under):
    document = (SHIPPED.parents[1] / "docs" / "privacy.md").read_text("utf-8")
    file = document.partition("```yaml\n")[2].partition("```")[0]
    text, key, told = re.search(r"printf %s (\S+) \| openssl dgst -sha256 -hmac (\S+)\n# (\w+)", document).groups()

    plan = under(file, key=key.encode())

    left = plan.rules["identify_signed_in"].disclosure.of_body({"email": text.title()})
    assert left == {"email": told}
    named = set(re.findall(r"`(\w+)`", document.partition("has the classes")[2].partition("\n\n")[0]))
    assert {field.pii_class for field in personal_fields(PLAN)} <= named
    assert set(re.findall(r"^\| `(\w+)` \|", document, re.MULTILINE)) == set(POLICIES)
