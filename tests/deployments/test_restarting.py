"""`backfill serve`, ended and started again in its folder: what people set in the UI stays, all else is brought up."""

from served import free_port, refused, serving

OFTEN = {"schedule": {"cron": "45 3 * * *", "timezone": "America/New_York"}, "active": True}
BY_PERSON = {"route": {"destinations": "Braze", "connection": None}, "tolerance": {"max_dead": "2%"}}


def put(served, deployment, **values):
    served.ask("PATCH", f"/deployments/{deployment['id']}", **values)


def set_in_the_ui(served, block):
    """Set as the UI does the night's parameters and schedule, and the import's; take a description away."""
    made = served.deployments()
    reference = {"$ref": {"block_document_id": block}}
    parameters = BY_PERSON | {"route": BY_PERSON["route"] | {"connection": reference}}
    put(served, made["nightly"], parameters=parameters, description="mine")
    put(served, made["import"], parameters={"route": {"destinations": "none"}})
    (schedule,) = made["nightly"]["schedules"]
    served.ask("PATCH", f"/deployments/{made['nightly']['id']}/schedules/{schedule['id']}", **OFTEN)
    again = OFTEN | {"schedule": {"interval": 86_400}, "active": False, "parameters": {"pace": {"shards": 2}}}
    served.session.post(
        f"{served.address}/api/deployments/{made['nightly']['id']}/schedules", json=[again], timeout=30
    ).raise_for_status()


def a_block(served):
    (kind,) = [one for one in served.ask("POST", "/block_types/filter") if one["slug"] == "rudderstack-connection"]
    schemas = served.ask("POST", "/block_schemas/filter", block_schemas={"block_type_id": {"any_": [kind["id"]]}})
    data = {"data_plane_url": "http://127.0.0.1:9", "write_key": "wk", "destinations": "Braze"}
    made = served.ask(
        "POST", "/block_documents/", name="live", data=data, block_type_id=kind["id"], block_schema_id=schemas[0]["id"]
    )
    return made["id"]


def kept(served):
    """Return what a person sets: parameters, and schedules as they were made."""
    return {
        name: (
            one["parameters"],
            sorted((str(each["schedule"]), each["active"], str(each["parameters"])) for each in one["schedules"]),
        )
        for name, one in served.deployments().items()
    }


def test_what_was_set_in_the_ui_is_there_after_a_restart_and_all_else_is_brought_up_to_date(tmp_path):
    with serving(tmp_path, {}) as served:
        night = served.deployments()["nightly"]
        assert "503" in served.said()
        set_in_the_ui(served, a_block(served))
        before = kept(served)
        assert len(before["nightly"][1]) == 2
        assert "served already" in refused("serve", "--port", str(free_port()), folder=tmp_path)
    with serving(tmp_path, {"BACKFILL_DESTINATIONS": "all", "BACKFILL_SOURCE_TIMEZONE": "Europe/Vienna"}) as served:
        assert kept(served) == before
        made = served.deployments()["nightly"]
        assert (made["id"], made["description"]) == (night["id"], night["description"])


def test_a_zone_that_is_none_is_refused_at_once(tmp_path):
    words = refused("serve", folder=tmp_path, BACKFILL_SOURCE_TIMEZONE="Mars/Base")
    assert "BACKFILL_SOURCE_TIMEZONE: 'Mars/Base' is no time zone; name one of the IANA database" in words
    assert "pydantic" not in words
