"""A satellite's assistant is taken away while it may not listen, and comes back; the select is a stand-in here.

In a real home, with real speech services: tests/home/test_satellites_muted.py.
"""

from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.earlid import assistants, deafened, panel, pipeline, removal, storage
from custom_components.earlid.assistants import NAME
from custom_components.earlid.pipeline import ISSUE
from custom_components.earlid.repairs import async_create_fix_flow

from . import forms
from .homes import guard_home, plug_in, settled, shown, speaker

SELECT = "select.satellite_assistant"


class Satellite:
    """A device with the select of its assistant, which takes the options that there are."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Be there, with the home's assistant chosen."""
        self.hass = hass
        self.options = ["preferred", "Home", NAME]
        owner = MockConfigEntry(domain="wyoming")
        owner.add_to_hass(hass)
        self.device = dr.async_get(hass).async_get_or_create(
            config_entry_id=owner.entry_id, identifiers={("wyoming", "satellite")}, name="Satellite"
        )
        self.entity = er.async_get(hass).async_get_or_create(
            "select",
            "wyoming",
            "satellite-pipeline",
            config_entry=owner,
            device_id=self.device.id,
            suggested_object_id="satellite_assistant",
            translation_key="pipeline",
        )
        self.chosen: list[str] = []
        self.shows("Home")

    def shows(self, option: str) -> None:
        """Show an assistant, as after a choice."""
        self.hass.states.async_set(self.entity.entity_id, option)

    async def choose(self, call: ServiceCall) -> None:
        """Take an option, as the action does."""
        if (option := call.data["option"]) not in self.options:
            raise ServiceValidationError(f"no {option}")
        self.chosen.append(option)
        self.hass.states.async_set(call.data["entity_id"], option)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Return whether the assistant that refuses can be made."""
    can = {"be": True}

    async def make(_hass: HomeAssistant) -> bool:
        return can["be"]

    monkeypatch.setattr(pipeline, "make", make)
    return can


@pytest.fixture
def satellite(hass: HomeAssistant, made: dict[str, bool]) -> Satellite:
    assert made["be"]
    plug_in(hass, "plug", "other")
    return Satellite(hass)


async def guard(hass: HomeAssistant, satellite: Satellite, **data: Any) -> MockConfigEntry:
    """Guard the satellite."""
    data = {"device_id": satellite.device.id, "refuse_pipeline": True} | data
    entry = await guard_home(hass, speaker("hall", "light.plug", **data))
    # Earlid's own selects have brought the real action, which knows nothing of a stand-in.
    hass.services.async_register("select", "select_option", satellite.choose)
    await settled(hass, entry)
    return entry


async def mute(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await entry.runtime_data.mute(["hall"], None, None)
    await settled(hass, entry)


async def resume(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await entry.runtime_data.resume(["hall"], None)
    await settled(hass, entry)


async def test_it_is_refused_while_it_may_not_listen_and_has_its_own_after(
    hass: HomeAssistant, satellite: Satellite
) -> None:
    entry = await guard(hass, satellite)
    assert satellite.chosen == []
    await mute(hass, entry)
    assert shown(hass, SELECT).state == NAME
    await resume(hass, entry)
    assert satellite.chosen == [NAME, "Home"]


@pytest.mark.parametrize("data", [{"refuse_pipeline": False}, {"enforce": False}, {"device_id": None}])
async def test_it_is_left_alone_where_nobody_asked_for_that(
    hass: HomeAssistant, satellite: Satellite, data: dict[str, Any]
) -> None:
    await mute(hass, await guard(hass, satellite, **data))
    assert satellite.chosen == []


async def test_one_that_is_out_of_sight_is_refused_as_soon_as_it_comes(
    hass: HomeAssistant, satellite: Satellite
) -> None:
    entry = await guard(hass, satellite)
    satellite.shows("unavailable")
    await mute(hass, entry)
    assert satellite.chosen == []
    satellite.shows("Home")
    await settled(hass, entry)
    assert satellite.chosen == [NAME]


async def test_it_is_followed_when_its_select_is_renamed(hass: HomeAssistant, satellite: Satellite) -> None:
    entry = await guard(hass, satellite)
    await mute(hass, entry)
    hass.states.async_remove(SELECT)
    er.async_get(hass).async_update_entity(SELECT, new_entity_id="select.renamed")
    hass.states.async_set("select.renamed", NAME)
    await resume(hass, entry)
    assert shown(hass, "select.renamed").state == "Home"


async def test_one_whose_assistant_was_removed_meanwhile_gets_the_homes(
    hass: HomeAssistant, satellite: Satellite
) -> None:
    entry = await guard(hass, satellite)
    await mute(hass, entry)
    satellite.options.remove("Home")
    await resume(hass, entry)
    assert shown(hass, SELECT).state == "preferred"


async def test_a_stop_leaves_it_refused_and_the_next_start_knows_what_it_had(
    hass: HomeAssistant, satellite: Satellite
) -> None:
    entry = await guard(hass, satellite)
    await mute(hass, entry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert shown(hass, SELECT).state == NAME
    assert await hass.config_entries.async_setup(entry.entry_id)
    await resume(hass, entry)
    assert shown(hass, SELECT).state == "Home"


async def test_what_home_assistant_forgot_in_a_kill_is_known_here(hass: HomeAssistant, satellite: Satellite) -> None:
    entry = await guard(hass, satellite)
    await mute(hass, entry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    satellite.shows("preferred")
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settled(hass, entry)
    assert shown(hass, SELECT).state == NAME
    await resume(hass, entry)
    assert shown(hass, SELECT).state == "Home"


@pytest.mark.parametrize("how", ["speaker", "earlid"])
async def test_nothing_is_left_refused_by_what_is_removed(hass: HomeAssistant, satellite: Satellite, how: str) -> None:
    entry = await guard(hass, satellite)
    await mute(hass, entry)
    if how == "speaker":
        hass.config_entries.async_remove_subentry(entry, "id_hall")
    else:
        await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert shown(hass, SELECT).state == "Home"


async def left_refused(hass: HomeAssistant, satellite: Satellite, shows: str = "unavailable") -> ir.IssueEntry:
    """Remove Earlid while a satellite that it refuses is out of sight, and return what the household is told."""
    entry = await guard(hass, satellite)
    await mute(hass, entry)
    satellite.shows(shows)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    issue = told_of(hass, satellite)
    assert issue is not None
    return issue


def told_of(hass: HomeAssistant, satellite: Satellite) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue("earlid", f"satellite_deafened_{satellite.entity.id}")


async def test_one_out_of_sight_as_earlid_is_removed_gets_its_own_back_when_it_returns(
    hass: HomeAssistant, satellite: Satellite, hass_storage: dict[str, Any]
) -> None:
    issue = await left_refused(hass, satellite)
    assert issue.is_persistent
    assert issue.translation_placeholders == {
        "satellite": "Satellite",
        "select": SELECT,
        "before": "Home",
        "assistant": NAME,
    }
    assert hass_storage["earlid.pipelines"]["data"] == {satellite.entity.id: "Home"}
    satellite.shows(NAME)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert shown(hass, SELECT).state == "Home"
    assert told_of(hass, satellite) is None
    assert "earlid.pipelines" not in hass_storage


async def test_one_that_does_not_take_it_then_gets_it_when_it_shows_something_again(
    hass: HomeAssistant, satellite: Satellite
) -> None:
    options, satellite.options = satellite.options, [NAME]
    await left_refused(hass, satellite, NAME)
    satellite.options = options
    satellite.shows("unavailable")
    satellite.shows(NAME)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert shown(hass, SELECT).state == "Home"
    assert told_of(hass, satellite) is None


async def test_one_left_refused_is_found_under_another_name(hass: HomeAssistant, satellite: Satellite) -> None:
    await left_refused(hass, satellite)
    er.async_get(hass).async_update_entity(SELECT, new_entity_id="select.renamed")
    await hass.async_block_till_done(wait_background_tasks=True)
    hass.states.async_set("select.renamed", NAME)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert shown(hass, "select.renamed").state == "Home"
    assert told_of(hass, satellite) is None


async def test_one_left_refused_that_goes_for_good_is_told_of_no_more(
    hass: HomeAssistant, satellite: Satellite
) -> None:
    await left_refused(hass, satellite)
    hass.states.async_remove(SELECT)
    er.async_get(hass).async_remove(SELECT)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert told_of(hass, satellite) is None


async def test_who_reads_of_it_can_try_at_once(hass: HomeAssistant, satellite: Satellite) -> None:
    """After a restart nobody waits any more: what is on disk is all there is."""
    issue = await left_refused(hass, satellite)
    deafened.leave_to_others(hass)
    await deafened.give_back(hass)
    flow: Any = await async_create_fix_flow(hass, issue.issue_id, issue.data)
    flow.hass, flow.handler, flow.issue_id = hass, "earlid", issue.issue_id
    assert (await flow.async_step_init())["description_placeholders"] == issue.translation_placeholders
    assert (await flow.async_step_confirm({}))["errors"] == {"base": "still_so"}
    satellite.shows(NAME)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert shown(hass, SELECT).state == NAME
    assert (await flow.async_step_confirm({}))["type"] == "create_entry"
    assert shown(hass, SELECT).state == "Home"


async def test_earlid_set_up_anew_sees_itself_to_one_left_refused(hass: HomeAssistant, satellite: Satellite) -> None:
    await left_refused(hass, satellite)
    entry = await guard(hass, satellite)
    assert told_of(hass, satellite) is None
    satellite.shows(NAME)
    await settled(hass, entry)
    assert shown(hass, SELECT).state == "Home"
    await mute(hass, entry)
    assert shown(hass, SELECT).state == NAME


async def test_what_fails_as_earlid_is_removed_keeps_back_nothing_else(
    hass: HomeAssistant, satellite: Satellite, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await guard(hass, satellite)
    await mute(hass, entry)

    async def fail(_hass: HomeAssistant) -> None:
        raise OSError("no space left on device")

    for module, part in ((removal, "keep_journal"), (panel, "remove"), (storage, "forget")):
        monkeypatch.setattr(module, part, fail)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert shown(hass, SELECT).state == "Home"
    assert caplog.text.count("Something of the removed home was left behind") == 3


async def test_where_it_cannot_be_refused_the_household_is_told_and_it_is_muted_all_the_same(
    hass: HomeAssistant, satellite: Satellite, made: dict[str, bool]
) -> None:
    made["be"] = False
    entry = await guard(hass, satellite)
    await mute(hass, entry)
    assert satellite.chosen == []
    assert ir.async_get(hass).async_get_issue("earlid", ISSUE) is not None
    assert shown(hass, "light.plug").state == "off"
    made["be"] = True
    satellite.shows("preferred")
    await settled(hass, entry)
    assert shown(hass, SELECT).state == NAME
    assert ir.async_get(hass).async_get_issue("earlid", ISSUE) is None


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Return whether the disk takes what each select showed before."""
    takes = {"disk": False}
    save = Store.async_save

    async def fail(store: Store[Any], data: Any) -> None:
        if store.key == "earlid.pipelines" and not takes["disk"]:
            raise OSError("no space left on device")
        await save(store, data)

    monkeypatch.setattr(Store, "async_save", fail)
    return takes


async def a_minute(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=1))
    await settled(hass, entry)


async def test_what_the_disk_does_not_take_is_tried_again_each_minute_and_told_once(
    hass: HomeAssistant,
    satellite: Satellite,
    full: dict[str, bool],
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    entry = await guard(hass, satellite)
    await mute(hass, entry)
    for _ in range(2):
        await a_minute(hass, entry)
        assert satellite.chosen == [], "killed now, nobody would know what to go back to"
    assert caplog.text.count("no space left on device") == 1
    full["disk"] = True
    await a_minute(hass, entry)
    assert satellite.chosen == [NAME]
    assert hass_storage["earlid.pipelines"]["data"] == {satellite.entity.id: "Home"}


async def test_one_that_cannot_be_settled_keeps_no_other_waiting(
    hass: HomeAssistant, satellite: Satellite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A satellite with two wake words has two assistants."""
    second = er.async_get(hass).async_get_or_create(
        "select", "wyoming", "pipeline-2", device_id=satellite.device.id, translation_key="pipeline_n"
    )
    hass.states.async_set(second.entity_id, "Home")
    tried = set[str]()

    async def one_fails(hass: HomeAssistant, entity_id: str, option: str) -> None:
        first = not tried
        tried.add(entity_id)
        if first:
            raise RuntimeError("odd")
        await assistants.choose(hass, entity_id, option)

    monkeypatch.setattr(pipeline, "choose", one_fails)
    await mute(hass, await guard(hass, satellite))
    assert tried == {SELECT, second.entity_id}


async def test_after_a_stop_nothing_is_tried_again(
    hass: HomeAssistant, satellite: Satellite, full: dict[str, bool]
) -> None:
    entry = await guard(hass, satellite)
    await mute(hass, entry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    full["disk"] = True
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=1))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert satellite.chosen == []


@pytest.mark.parametrize("is_satellite", [True, False])
async def test_only_a_satellite_is_asked_whether_it_is_to_be_refused(
    hass: HomeAssistant, satellite: Satellite, is_satellite: bool
) -> None:
    forms.furnish(hass)
    entry = forms.home(hass)
    typed = {"device_id": satellite.device.id} if is_satellite else {}
    form = await forms.fill(hass, await forms.to_relay(hass, entry, typed), {"entity_id": "switch.kitchen"})
    form = await forms.fill(hass, form, {})
    assert form["step_id"] == "habits"
    assert ("refuse_pipeline" in [str(each) for each in form["data_schema"].schema]) is is_satellite
    await forms.fill(hass, form, {"refuse_pipeline": True} if is_satellite else {})
    assert forms.only(entry, "speaker").data.get("refuse_pipeline", False) is is_satellite
