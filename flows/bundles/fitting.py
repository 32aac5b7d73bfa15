"""Whether a bundle belongs to this machine's settings and ledger, wherever it was made."""

from collections.abc import Mapping

from sqlalchemy import Engine

from flows.belonging import DELIVERY, KEY, PRIVACY
from flows.bundles.checking import Bundle
from flows.bundles.lines import read_lines
from flows.bundles.manifest import MANIFEST, Manifest
from flows.errors import SettingsInvalid
from flows.people import people_in_files
from flows.settings import DeliverySettings
from flows.version import VERSION
from loaders.errors import LedgerUnusable
from loaders.ledger.runs import SEND, last_runs
from loaders.plan import load_plan
from mappers.envelope import display_names, envelope
from mappers.kinds import Key

_NAME, _ZONE = "BACKFILL_SOURCE_NAME", "BACKFILL_SOURCE_TIMEZONE"


def check_settings(settings: DeliverySettings, bundle: Bundle) -> None:
    """Hold the bundle against what the settings say of it. Raises `SettingsInvalid`, naming both.

    The name of the source is held against one that is set; a machine that has none takes the bundle's.
    """
    manifest, given = bundle.manifest, settings.model_fields_set
    open_to = envelope(VERSION, display_names(settings.destinations), {}).integrations
    pairs = [("BACKFILL_TARGET", str(settings.target), manifest.target)]
    if "source_name" in given:
        pairs.append((_NAME, settings.source_name, manifest.source.name))
    if "destinations" in given:
        pairs.append(("BACKFILL_DESTINATIONS", _shown(open_to), _shown(manifest.integrations)))
    if settings.privacy:
        ours = load_plan(settings.plan, settings.disclosed).privacy
        pairs.append((PRIVACY, f"of digest {ours}", f"of digest {manifest.plan.privacy or 'none'}"))
    file = bundle.folder / MANIFEST
    faults = [f"{name} is {own}, {file} has {other}: set it so, or export again" for name, own, other in pairs
              if own != other]  # fmt: skip
    if faults:
        raise SettingsInvalid(faults)


def check_people(settings: DeliverySettings, bundle: Bundle) -> None:
    """Look whether the bundle holds nobody whom this machine's lists leave out: it may be older than they are.

    Raises `SettingsInvalid`, without an id.
    """
    people = people_in_files(settings)
    if people.are_all:
        return
    left_out: set[str] = set()
    for part in bundle.manifest.parts:
        for line in read_lines(bundle.folder, bundle.manifest, part):
            if people.left_out(line.axis, [Key(line.user)]):
                left_out.add(line.user)
    if left_out:
        who = f"{len(left_out):,} people whom the suppression or consent list leaves out"
        raise SettingsInvalid([f"{bundle.folder} holds messages of {who}: export it again; nothing was sent"])


def check_ledger(ledger: Engine, manifest: Manifest) -> None:
    """Look whether the ledger is of the bundle's source. Raises `LedgerUnusable`."""
    for run in last_runs(ledger, 1, but=SEND):
        for variable, value in _platform(manifest).items():
            known = run["versions"].get(variable, value)
            if known != value:
                words = f"The bundle's {variable} is {value}, the ledger's last run had {known}"
                raise LedgerUnusable(f"{words}: name another ledger in BACKFILL_LEDGER_URL")


def versions_of(settings: DeliverySettings, manifest: Manifest) -> dict[str, str]:
    """Return the versions that a push runs by: the bundle's, and where it sends to."""
    made_by = manifest.versions
    versions = {"code": VERSION, "made_by": made_by.code, "mappers": made_by.mappers, "plan": manifest.plan.digest}
    versions[PRIVACY] = manifest.plan.privacy
    return {**versions, **_platform(manifest), KEY: settings.key_digests[0], DELIVERY: settings.delivery_digest}


def _platform(manifest: Manifest) -> dict[str, str]:
    return {_NAME: manifest.source.name, _ZONE: manifest.source.zone}


def _shown(integrations: Mapping[str, bool]) -> str:
    """Return the destinations as the setting names them."""
    if integrations.get("All"):
        return "all"
    return ", ".join(sorted(name for name, chosen in integrations.items() if chosen)) or "none"
