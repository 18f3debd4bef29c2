"""What the household is told to do about a relay, and what Earlid does with it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from aiohttp.test_utils import TestClient
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.earlid import repairs
from custom_components.earlid.const import DOMAIN
from custom_components.earlid.engine.model import Breach, Cause, Clock, Settings
from custom_components.earlid.relays import RelayError

from .fakes import move_in
from .homes import guard_home
from .leased import LeasedPlug, behind, later, plug_in, self_tested
from .views import a_speaker

HOUR = timedelta(hours=1)

type Fix = Callable[[str], Awaitable[dict[str, Any]]]


@pytest.fixture
def plug(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> LeasedPlug:
    return plug_in(hass, monkeypatch)


@pytest.fixture
async def client(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> TestClient[Any, Any]:
    # What listens to HTTP must be there first: a client ends that.
    for domain in ("repairs", "earlid"):
        assert await async_setup_component(hass, domain, {})
    return await hass_client()


@pytest.fixture
def fix(client: TestClient[Any, Any]) -> Fix:
    """Return what opens an issue's dialog and submits its first form."""

    async def opened(issue_id: str) -> dict[str, Any]:
        answer = await client.post("/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue_id})
        assert answer.status == HTTPStatus.OK
        form = await answer.json()
        assert (form["type"], form["step_id"]) == ("form", "confirm")
        return await submit(client, form)

    return opened


async def submit(client: TestClient[Any, Any], form: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(f"/api/repairs/issues/fix/{form['flow_id']}", json={})
    assert answer.status == HTTPStatus.OK
    result: dict[str, Any] = await answer.json()
    return result


def issues(hass: HomeAssistant) -> dict[str, str | None]:
    """Return the issues that are shown and not ignored: their translation keys by id."""
    return {
        issue.issue_id: issue.translation_key
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN and issue.active and issue.dismissed_version is None
    }


async def test_a_relay_without_a_clock_is_advised_about_until_the_household_says_that_it_knows(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, fix: Fix
) -> None:
    plug = plug_in(hass, monkeypatch, clock=None)
    entry = await guard_home(hass, behind())
    assert issues(hass) == {"no_lease_kitchen": "no_lease"}
    issue = ir.async_get(hass).async_get_issue(DOMAIN, "no_lease_kitchen")
    assert issue is not None
    assert issue.learn_more_url == "https://github.com/earlid/earlid/blob/main/docs/relays.md"
    result = await fix("no_lease_kitchen")
    assert (result["type"], result["reason"]) == ("abort", "understood")
    assert issues(hass) == {}
    plug.switch(False)
    await hass.async_block_till_done()
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert issues(hass) == {}


async def test_a_power_on_state_is_set_with_the_household_s_consent(
    hass: HomeAssistant, plug: LeasedPlug, fix: Fix
) -> None:
    plug.settings = Settings(power_on_off=False)
    await guard_home(hass, behind())
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issues(hass) == {"power_on_kitchen": "power_on_not_off"}
    result = await fix("power_on_kitchen")
    assert result["type"] == "create_entry"
    assert plug.provisioned == [30]
    assert issues(hass) == {}


async def test_a_device_that_cannot_be_set_stays_an_issue_and_says_why(
    hass: HomeAssistant, plug: LeasedPlug, fix: Fix
) -> None:
    plug.settings = Settings(power_on_off=False)
    await guard_home(hass, behind())
    await hass.async_block_till_done(wait_background_tasks=True)
    plug.fails = RelayError("no_answer")
    result = await fix("power_on_kitchen")
    assert result["errors"] == {"base": "no_answer"}
    assert issues(hass) == {"power_on_kitchen": "power_on_not_off"}


async def test_a_lease_that_was_ignored_is_tried_again_from_the_issue(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory, fix: Fix
) -> None:
    plug.ignores_timer = True
    entry = await guard_home(hass, behind())
    await self_tested(hass, freezer, entry)
    assert issues(hass) == {"clock_kitchen": "lease_ignored"}
    progress = await fix("clock_kitchen")
    assert (progress["type"], progress["progress_action"]) == ("progress", "trial")
    assert progress["description_placeholders"] == {"speaker": "Kitchen", "seconds": "10"}
    plug.ignores_timer = False
    await later(hass, freezer, 60)
    assert issues(hass) == {}


async def test_a_relay_that_does_not_say_what_it_does_after_a_power_cut_is_watched_while_someone_pulls_it(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory, fix: Fix
) -> None:
    plug.settings = Settings()
    entry = await guard_home(hass, behind(lease=300))
    assert issues(hass) == {}
    await self_tested(hass, freezer, entry)
    assert issues(hass) == {"power_on_kitchen": "power_cycle"}
    progress = await fix("power_on_kitchen")
    assert progress["type"] == "progress"
    assert progress["description_placeholders"] == {"speaker": "Kitchen"}
    await later(hass, freezer, 5)
    assert plug.on
    plug.lose_sight()
    await later(hass, freezer, 5)
    plug.come_back(on=False)
    await later(hass, freezer, 10)
    assert issues(hass) == {}
    assert hass.states.get("sensor.kitchen_assurance").state == "a"  # type: ignore[union-attr]
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert hass.states.get("sensor.kitchen_assurance").state == "a"  # type: ignore[union-attr]


async def test_one_that_comes_back_on_is_graded_down_and_an_issue_says_what_to_do(
    hass: HomeAssistant, plug: LeasedPlug, freezer: FrozenDateTimeFactory, fix: Fix
) -> None:
    plug.settings = Settings()
    entry = await guard_home(hass, behind(lease=300))
    await self_tested(hass, freezer, entry)
    await fix("power_on_kitchen")
    await later(hass, freezer, 2)
    plug.lose_sight()
    await later(hass, freezer, 5)
    plug.come_back(on=True)
    await later(hass, freezer, 10)
    assert issues(hass) == {"power_on_kitchen": "power_on_not_off"}
    assert hass.states.get("sensor.kitchen_assurance").state == "b"  # type: ignore[union-attr]


async def test_a_speaker_that_left_its_plug_and_a_relay_that_flaps_are_shown_as_what_they_are(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, fix: Fix
) -> None:
    home = await move_in(hass, monkeypatch, a_speaker("kitchen", clock=Clock(longest=HOUR)))
    view = home.household.speakers["kitchen"]
    repairs.show(hass, replace(view, left_plug=True, flapping=True), started=True)
    assert issues(hass) == {"left_plug_kitchen": "left_plug", "flapping_kitchen": "relay_flapping"}
    assert (await fix("left_plug_kitchen"))["errors"] == {"base": "still_so"}
    assert (await fix("flapping_kitchen"))["reason"] == "understood"
    repairs.show(hass, replace(view, flapping=True), started=True)
    assert issues(hass) == {}


async def test_a_contradicted_relay_is_checked_once_the_household_has_seen_to_it(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, fix: Fix, client: TestClient[Any, Any]
) -> None:
    breach = Breach(cause=Cause.EVIDENCE_CONTRADICTS, since=dt_util.utcnow())
    home = await move_in(hass, monkeypatch, a_speaker("kitchen", clock=Clock(longest=HOUR), breach=breach))
    view = home.household.speakers["kitchen"]
    repairs.show(hass, view, started=True)
    form = await fix("breach_kitchen")
    assert form["errors"] == {"base": "still_so"}
    repairs.show(hass, replace(view, breach=None), started=True)
    assert (await submit(client, form))["type"] == "create_entry"
    assert issues(hass) == {}
