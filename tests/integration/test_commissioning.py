"""Getting to know a relay: how it is set, whether its own clock works, and the grade that follows."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_fire_time_changed

from custom_components.earlid.engine.model import Clock, Record, Settings
from custom_components.earlid.engine.trials import Finding, Verdict
from custom_components.earlid.relays import RelayError

from .homes import guard_home, nobody_home, shown
from .leased import LeasedPlug, behind, later, plug_in, self_tested


@pytest.fixture
def plug(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> LeasedPlug:
    """Return a plug that is on, in a home with a person in it."""
    hass.states.async_set("person.ann", "home")
    return plug_in(hass, monkeypatch)


def grade(hass: HomeAssistant) -> str:
    return shown(hass, "sensor.kitchen_assurance").state


async def test_a_clock_that_works_and_an_off_after_power_cuts_make_an_a(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory
) -> None:
    entry = await guard_home(hass, behind())
    assert grade(hass) == "untested"
    finding = await self_tested(hass, freezer, entry)
    assert finding is not None
    assert finding.verdict is Verdict.PROVEN
    assert finding.off_after == timedelta(seconds=10)
    assert grade(hass) == "a"
    # It was renewed at the start; then off, ten seconds, and off at the end whatever it was. Later it is let on again.
    assert [told for told in plug.told if told != ("renew", 30)] == [
        ("off", None),
        ("grant", 10),
        ("off", None),
        ("grant", 30),
    ]
    assert shown(hass, "select.kitchen_mode").state == "automatic"


@pytest.mark.usefixtures("plug")
async def test_who_waits_for_a_self_test_finds_the_grade_that_came_of_it(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """Also where another speaker is told OFF in that moment, and all news waits until that is on the wire."""
    household = (await guard_home(hass, behind())).runtime_data
    found = household._guard.found

    def found_among_others(slug: str, finding: Finding) -> None:
        household._afterwards.take([], [Record(kind="command", at=finding.at, speaker="bedroom", body={})])
        found(slug, finding)

    household._guard.found = found_among_others

    async def graded() -> str:
        await household.self_test(["kitchen"])
        return str(household.speakers["kitchen"].assurance.grade)

    test = asyncio.ensure_future(graded())
    await later(hass, freezer, 60)
    assert await test == "a"


@pytest.mark.parametrize("power_on_off", [None, False])
async def test_a_clock_that_works_is_a_b_where_power_cuts_may_turn_it_on(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory, power_on_off: bool | None
) -> None:
    plug.settings = Settings(power_on_off=power_on_off)
    await self_tested(hass, freezer, await guard_home(hass, behind()))
    assert grade(hass) == "b"


async def test_a_clock_of_a_length_that_nobody_can_set_is_tried_for_that_long_and_is_a_b(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, freezer: FrozenDateTimeFactory
) -> None:
    hass.states.async_set("person.ann", "home")
    fixed = timedelta(seconds=20)
    plug = plug_in(hass, monkeypatch, clock=Clock(longest=fixed, per_grant=False, fixed=fixed))
    await self_tested(hass, freezer, await guard_home(hass, behind()))
    assert ("grant", 20) in plug.told
    assert grade(hass) == "b"


async def test_a_device_that_ignores_its_timer_is_a_c_and_off(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory
) -> None:
    plug.ignores_timer = True
    entry = await guard_home(hass, behind())
    test = asyncio.ensure_future(entry.runtime_data.self_test(["kitchen"]))
    while not test.done():
        await later(hass, freezer, 1)
    assert (await test)["kitchen"].verdict is Verdict.IGNORED
    assert not plug.on
    assert grade(hass) == "c"
    await later(hass, freezer, 15)
    assert plug.on


async def test_a_relay_without_a_clock_is_a_c_and_nothing_is_tried(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug = plug_in(hass, monkeypatch, clock=None, settings=Settings())
    await guard_home(hass, behind())
    assert grade(hass) == "c"
    target = {"entity_id": "sensor.kitchen_microphone"}
    answer = await hass.services.async_call("earlid", "self_test", target, blocking=True, return_response=True)
    assert answer == {
        "speakers": {
            "kitchen": {
                "grade": "c",
                "steps": [{"step": "clock", "result": "none"}, {"step": "power_on", "result": "unknown"}],
                "firmware": None,
            }
        }
    }
    assert plug.told == []


async def test_a_self_test_needs_a_speaker_that_may_listen(hass: HomeAssistant, plug: LeasedPlug) -> None:
    await guard_home(hass, behind(), nobody_home("person.ann"))
    hass.states.async_set("person.ann", "not_home")
    await hass.async_block_till_done(wait_background_tasks=True)
    plug.told.clear()
    for action, target in (("self_test", "sensor.kitchen_microphone"), ("press", "button.kitchen_self_test")):
        domain = "button" if action == "press" else "earlid"
        with pytest.raises(ServiceValidationError, match="not allowed to listen now"):
            await hass.services.async_call(domain, action, {"entity_id": target}, blocking=True)
    assert plug.told == []


async def test_a_self_test_needs_an_administrator(
    hass: HomeAssistant, plug: LeasedPlug, hass_read_only_user: MockUser
) -> None:
    hass_read_only_user.mock_policy({"entities": True})
    await guard_home(hass, behind())
    context = Context(user_id=hass_read_only_user.id)
    for domain, action, target in (
        ("earlid", "self_test", "sensor.kitchen_microphone"),
        ("button", "press", "button.kitchen_self_test"),
    ):
        with pytest.raises(Unauthorized):
            await hass.services.async_call(domain, action, {"entity_id": target}, blocking=True, context=context)
    assert plug.told == [("renew", 30)]


async def test_what_is_only_observed_is_not_tried(hass: HomeAssistant, plug: LeasedPlug) -> None:
    entry = await guard_home(hass, behind(enforce=False))
    with pytest.raises(ServiceValidationError, match="only observed"):
        await entry.runtime_data.self_test(["kitchen"])
    assert plug.told == []


async def test_a_second_self_test_waits_for_the_first_to_end(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory
) -> None:
    entry = await guard_home(hass, behind(), behind(slug="bedroom"))
    test = asyncio.ensure_future(entry.runtime_data.self_test(["kitchen", "bedroom"]))
    await later(hass, freezer, 1)
    with pytest.raises(ServiceValidationError, match="being tested already"):
        await entry.runtime_data.self_test(["bedroom"])
    assert [shown(hass, f"sensor.{room}_assurance").attributes["testing"] for room in ("kitchen", "bedroom")] == [
        True
    ] * 2
    await later(hass, freezer, 60)
    assert [shown(hass, f"sensor.{room}_assurance").attributes["testing"] for room in ("kitchen", "bedroom")] == [
        False
    ] * 2
    # They are behind one relay: one trial is both's, and both are graded by it.
    assert {finding.verdict for finding in (await test).values()} == {Verdict.PROVEN}
    assert plug.told.count(("grant", 10)) == 1
    assert shown(hass, "sensor.bedroom_assurance").state == grade(hass) == "a"


async def test_muting_meanwhile_ends_a_self_test_at_once(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory
) -> None:
    entry = await guard_home(hass, behind(), nobody_home("person.ann"))
    test = asyncio.ensure_future(entry.runtime_data.self_test(["kitchen"]))
    await later(hass, freezer, 4)
    assert plug.on
    hass.states.async_set("person.ann", "not_home")
    assert not plug.on
    assert (await test)["kitchen"].verdict is Verdict.INTERRUPTED
    assert grade(hass) == "untested"


@pytest.mark.usefixtures("plug")
async def test_unloading_ends_a_self_test(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    entry = await guard_home(hass, behind())
    test = asyncio.ensure_future(entry.runtime_data.self_test(["kitchen"]))
    await later(hass, freezer, 4)
    assert await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(asyncio.CancelledError):
        await test


async def test_the_grade_survives_a_restart_and_not_another_firmware(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory
) -> None:
    entry = await guard_home(hass, behind())
    await self_tested(hass, freezer, entry)
    tested_at = shown(hass, "sensor.kitchen_assurance").attributes["tested_at"]
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert grade(hass) == "a"
    assert shown(hass, "sensor.kitchen_assurance").attributes["tested_at"] == tested_at
    plug.settings = replace(plug.settings, firmware="1.1")
    plug.lose_sight()
    plug.come_back(on=True)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert grade(hass) == "untested"


@pytest.mark.usefixtures("plug")
async def test_another_relay_is_untested(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    entry = await guard_home(hass, behind())
    await self_tested(hass, freezer, entry)
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, subentry, data={**subentry.data, "topic": "another"})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert grade(hass) == "untested"


@pytest.mark.parametrize(("consent", "written"), [(True, [30.0]), (False, [])])
async def test_a_device_is_set_up_once_and_only_with_consent(
    hass: HomeAssistant, plug: LeasedPlug, consent: bool, written: list[float]
) -> None:
    plug.settings = Settings(power_on_off=False)
    entry = await guard_home(hass, behind(provision=consent))
    for _ in range(3):
        plug.lose_sight()
        plug.come_back(on=True)
        await hass.async_block_till_done(wait_background_tasks=True)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert plug.provisioned == written


@pytest.mark.parametrize("error", [RelayError("no_answer"), TimeoutError(), HomeAssistantError("mqtt")])
async def test_a_device_that_cannot_be_asked_is_asked_again_when_it_is_back(
    hass: HomeAssistant, plug: LeasedPlug, error: Exception
) -> None:
    plug.fails = error
    await guard_home(hass, behind(provision=True))
    assert plug.provisioned == []
    plug.fails = None
    plug.lose_sight()
    plug.come_back(on=True)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert plug.provisioned == [30.0]


async def test_the_answer_tells_each_step(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory
) -> None:
    plug.settings = Settings(firmware="13.4.0")
    entry = await guard_home(hass, behind())
    await self_tested(hass, freezer, entry)
    target: dict[str, Any] = {"entity_id": "sensor.kitchen_microphone"}
    answer = await hass.services.async_call("earlid", "explain", target, blocking=True, return_response=True)
    assert answer is not None
    assurance: Any = answer["speakers"]
    assert assurance["kitchen"]["assurance"] == {
        "grade": "b",
        "steps": [
            {
                "step": "clock",
                "result": "proven",
                "at": assurance["kitchen"]["assurance"]["steps"][0]["at"],
                "granted_s": 10,
                "off_after_s": 10,
            },
            {"step": "meter", "result": "none"},
            {"step": "power_on", "result": "unknown"},
            {"step": "power_cycle", "result": "asked"},
        ],
        "firmware": "13.4.0",
    }


async def test_a_relay_that_cannot_be_made_keeps_nobody_else_from_being_guarded(
    hass: HomeAssistant, plug: LeasedPlug
) -> None:
    await guard_home(hass, behind(slug="bedroom", relay="gone"), behind())
    assert plug.told == [("renew", 30)]
    assert hass.states.get("sensor.bedroom_microphone") is None


async def test_a_speaker_whose_new_relay_cannot_be_made_stays_behind_the_one_it_has(
    hass: HomeAssistant, plug: LeasedPlug
) -> None:
    entry = await guard_home(hass, behind())
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, subentry, data={**subentry.data, "relay": "gone"})
    await hass.async_block_till_done()
    await hass.services.async_call("earlid", "mute", {"entity_id": "sensor.kitchen_microphone"}, blocking=True)
    assert plug.commands == ["renew", "off"]
    hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
    await hass.async_block_till_done()
    assert plug.subscribers == 0


async def test_a_self_test_of_a_speaker_that_is_removed_is_interrupted(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory
) -> None:
    entry = await guard_home(hass, behind())
    test = asyncio.ensure_future(entry.runtime_data.self_test(["kitchen"]))
    await later(hass, freezer, 4)
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
    await hass.async_block_till_done()
    assert (await test)["kitchen"].verdict is Verdict.INTERRUPTED
    assert plug.subscribers == 0


async def test_consent_and_a_lease_that_come_later_are_followed_at_once(hass: HomeAssistant, plug: LeasedPlug) -> None:
    entry = await guard_home(hass, behind(provision=False))
    (subentry,) = entry.subentries.values()
    for change in ({"provision": True}, {"lease": 60}):
        hass.config_entries.async_update_subentry(entry, subentry, data={**subentry.data, **change})
        await hass.async_block_till_done(wait_background_tasks=True)
    assert plug.provisioned == [30, 60]


async def test_speakers_behind_one_relay_are_asked_once_and_told_together(
    hass: HomeAssistant, plug: LeasedPlug
) -> None:
    plug.settings = Settings(power_on_off=False)
    entry = await guard_home(hass, behind(provision=True), behind(slug="bedroom", lease=60, provision=True))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert plug.provisioned == [30]
    assert {view.assurance.settings.power_on_off for view in entry.runtime_data.speakers.values()} == {True}


async def test_the_device_of_what_is_only_observed_is_not_set_up_at_all(hass: HomeAssistant, plug: LeasedPlug) -> None:
    plug.settings = Settings(power_on_off=False)
    entry = await guard_home(hass, behind(provision=True, enforce=False))
    with pytest.raises(ServiceValidationError, match="only observed"):
        await entry.runtime_data.provision("kitchen")
    assert plug.provisioned == []


@pytest.mark.usefixtures("plug")
async def test_a_press_that_tries_nothing_says_so(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in(hass, monkeypatch, clock=None)
    await guard_home(hass, behind())
    with pytest.raises(ServiceValidationError, match="nothing to test"):
        await hass.services.async_call("button", "press", {"entity_id": "button.kitchen_self_test"}, blocking=True)


@pytest.mark.parametrize(
    ("data", "set_up"),
    [({"provision": True}, True), ({"provision": False}, False), ({"provision": True, "enforce": False}, False)],
)
async def test_a_command_that_the_broker_keeps_is_cleared_with_consent_and_else_only_told(
    hass: HomeAssistant, plug: LeasedPlug, data: dict[str, Any], set_up: bool
) -> None:
    await guard_home(hass, behind(**data))
    before = len(plug.provisioned)
    plug.settings = replace(plug.settings, kept_command=True)
    plug.lose_sight()
    plug.come_back(on=True)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(plug.provisioned) - before == set_up
    issue = ir.async_get(hass).async_get_issue("earlid", "kept_command_kitchen")
    assert (issue is None) is set_up


async def a_day_later(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    freezer.tick(timedelta(days=1))
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_a_device_is_asked_anew_each_day_and_nothing_is_written(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory
) -> None:
    entry = await guard_home(hass, behind(provision=True), behind(slug="bedroom", provision=True))
    await self_tested(hass, freezer, entry)
    written = list(plug.provisioned)
    assert grade(hass) == "a"
    plug.settings = replace(plug.settings, power_on_off=False)
    plug.inspections = 0
    await a_day_later(hass, freezer)
    # One asks for both.
    assert plug.inspections == 1
    assert grade(hass) == shown(hass, "sensor.bedroom_assurance").state == "b"
    assert ir.async_get(hass).async_get_issue("earlid", "power_on_kitchen") is not None
    plug.settings = replace(plug.settings, power_on_off=True, firmware="1.1")
    await a_day_later(hass, freezer)
    assert grade(hass) == "untested"
    assert ir.async_get(hass).async_get_issue("earlid", "power_on_kitchen") is None
    assert plug.provisioned == written


async def test_what_is_out_of_sight_is_not_asked_each_day(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory
) -> None:
    entry = await guard_home(hass, behind())
    plug.lose_sight()
    plug.inspections = 0
    await a_day_later(hass, freezer)
    plug.come_back(on=True)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert plug.inspections == 1
    assert await hass.config_entries.async_unload(entry.entry_id)
    await a_day_later(hass, freezer)
    assert plug.inspections == 1


async def test_what_was_seen_when_power_returned_is_void_once_the_device_is_set_another_way(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory
) -> None:
    plug.settings = Settings(power_on_off=False)
    entry = await guard_home(hass, behind())
    came_on = Finding(verdict=Verdict.CAME_ON, at=dt_util.utcnow())
    entry.runtime_data._found("kitchen", came_on)
    await a_day_later(hass, freezer)
    assert entry.runtime_data.speakers["kitchen"].assurance.evidence.power == came_on
    plug.settings = Settings(power_on_off=True)
    await a_day_later(hass, freezer)
    assert entry.runtime_data.speakers["kitchen"].assurance.evidence.power is None


async def test_a_relay_is_not_set_up_while_its_clock_is_tried(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory
) -> None:
    plug.fails = RelayError("no_answer")
    entry = await guard_home(hass, behind(provision=True), behind(slug="bedroom", provision=True))
    plug.fails = None
    test = asyncio.ensure_future(entry.runtime_data.self_test(["bedroom"]))
    await later(hass, freezer, 4)
    entry.runtime_data.ask_anew()
    # It would be asked again a minute after it did not answer.
    freezer.tick(1)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert plug.provisioned == []
    await later(hass, freezer, 60)
    assert (await test)["bedroom"].verdict is Verdict.PROVEN
    assert plug.provisioned == [30]
