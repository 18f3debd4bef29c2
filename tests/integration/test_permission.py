"""Who may: everything that can end in listening, under both options, by every way in."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_USER
from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.earlid.engine.model import Effect, Hold, Holds
from custom_components.earlid.engine.policy import until_next_change
from tests.integration.fakes import Home, move_in
from tests.integration.homes import guard_home, nobody_home, plug_in, settled, shown, speaker
from tests.integration.views import a_rule, a_speaker

pytestmark = pytest.mark.attack

KITCHEN = "sensor.kitchen_microphone"
MODE = "select.kitchen_mode"


def mode(option: str) -> tuple[str, dict[str, Any]]:
    return "select.select_option", {"entity_id": MODE, "option": option}


def switch(action: str, entity_id: str) -> tuple[str, dict[str, Any]]:
    return f"switch.{action}", {"entity_id": entity_id}


LISTENING = {
    "listen": ("listen", {"entity_id": KITCHEN, "duration": 60}),
    "resume": ("resume", {"entity_id": KITCHEN}),
    "mode automatic": mode("automatic"),
    "mode listen": mode("listen"),
    "lifting lockdown": switch("turn_off", "switch.earlid_lockdown"),
    "a mute rule off": switch("turn_off", "switch.earlid_rule_night"),
    "an allow rule on": switch("turn_on", "switch.earlid_rule_cooking"),
}
MUTING = {
    "mute": ("mute", {"entity_id": KITCHEN}),
    "mute for a while": ("mute", {"entity_id": KITCHEN, "duration": 60}),
    "mode mute": mode("mute"),
    "lockdown": switch("turn_on", "switch.earlid_lockdown"),
    "a mute rule on": switch("turn_on", "switch.earlid_rule_night"),
    "an allow rule off": switch("turn_off", "switch.earlid_rule_cooking"),
}
listening = pytest.mark.parametrize(("action", "data"), LISTENING.values(), ids=LISTENING)
muting = pytest.mark.parametrize(("action", "data"), MUTING.values(), ids=MUTING)

type User = Callable[[str], Awaitable[Context]]


async def move_in_under(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, who: str | None) -> Home:
    return await move_in(
        hass,
        monkeypatch,
        a_speaker("kitchen"),
        a_speaker("bedroom"),
        a_rule("night"),
        a_rule("cooking", effect=Effect.LISTEN),
        options={} if who is None else {"who_may_allow": who},
    )


@pytest.fixture
async def under_admins(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Home:
    return await move_in_under(hass, monkeypatch, "admins")


@pytest.fixture
def user(hass: HomeAssistant) -> User:
    """Return what makes a context of a user of this group."""

    async def of(group_id: str) -> Context:
        group = await hass.auth.async_get_group(group_id)
        assert group is not None
        return Context(user_id=MockUser(groups=[group]).add_to_hass(hass).id)

    return of


@listening
async def test_under_admins_what_can_end_in_listening_is_refused_to_others(
    under_admins: Home, user: User, action: str, data: dict[str, Any]
) -> None:
    with pytest.raises(Unauthorized) as refused:
        await under_admins.call(action, await user(GROUP_ID_USER), **data)
    assert str(refused.value) == "Only administrators may let a speaker listen, or end or shorten a mute"
    assert under_admins.household.wishes == []


@listening
async def test_under_admins_administrators_may(
    under_admins: Home, user: User, action: str, data: dict[str, Any]
) -> None:
    context = await user(GROUP_ID_ADMIN)
    await under_admins.call(action, context, **data)
    assert under_admins.household.contexts == [context]


@listening
async def test_under_admins_the_households_automations_may(
    under_admins: Home, action: str, data: dict[str, Any]
) -> None:
    await under_admins.call(action, Context(parent_id="01J"), **data)
    assert len(under_admins.household.wishes) == 1


@listening
async def test_under_admins_a_voice_could_be_anyones(under_admins: Home, action: str, data: dict[str, Any]) -> None:
    heard = Context()
    under_admins.hass.states.async_set("assist_satellite.hall", "processing", context=heard)
    with pytest.raises(Unauthorized) as refused:
        await under_admins.call(action, heard, **data)
    assert "By voice" in str(refused.value)
    assert under_admins.household.wishes == []


@muting
async def test_under_admins_everyone_may_mute_even_by_voice(
    under_admins: Home, user: User, action: str, data: dict[str, Any]
) -> None:
    heard = Context()
    under_admins.hass.states.async_set("assist_satellite.hall", "processing", context=heard)
    for context in (heard, await user(GROUP_ID_USER), None):
        await under_admins.call(action, context, **data)
    assert len(under_admins.household.wishes) == 3


@pytest.fixture(params=["anyone", None])
async def under_anyone(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Home:
    return await move_in_under(hass, monkeypatch, request.param)


@listening
async def test_under_anyone_users_and_voices_may(
    under_anyone: Home, user: User, action: str, data: dict[str, Any]
) -> None:
    heard = Context()
    under_anyone.hass.states.async_set("assist_satellite.hall", "processing", context=heard)
    for context in (heard, await user(GROUP_ID_USER)):
        await under_anyone.call(action, context, **data)
    assert len(under_anyone.household.wishes) == 2


@listening
async def test_a_user_who_no_longer_exists_may_not(under_admins: Home, action: str, data: dict[str, Any]) -> None:
    with pytest.raises(Unauthorized):
        await under_admins.call(action, Context(user_id="gone"), **data)
    assert under_admins.household.wishes == []


@pytest.mark.parametrize(
    ("action", "data"), [MUTING["mute for a while"], MUTING["mode mute"]], ids=["mute for a while", "mode mute"]
)
@pytest.mark.parametrize("for_long", [True, False], ids=["until resumed", "until tomorrow"])
async def test_under_admins_a_short_mute_is_no_way_to_end_a_long_one(
    under_admins: Home, user: User, action: str, data: dict[str, Any], for_long: bool
) -> None:
    now = dt_util.utcnow()
    until = None if for_long else now + timedelta(days=1)
    under_admins.show("kitchen", holds=Holds(mute=Hold(effect=Effect.MUTE, at=now, until=until)))
    with pytest.raises(Unauthorized):
        await under_admins.call(action, await user(GROUP_ID_USER), **data)
    assert under_admins.household.wishes == []
    await under_admins.call(action, await user(GROUP_ID_ADMIN), **data)
    assert len(under_admins.household.wishes) == 1


async def test_under_admins_a_longer_mute_may_take_the_place_of_a_short_one(under_admins: Home, user: User) -> None:
    now = dt_util.utcnow()
    hold = Hold(effect=Effect.MUTE, at=now, until=now + timedelta(seconds=30))
    under_admins.show("kitchen", holds=Holds(mute=hold))
    for duration in ({"duration": 60}, {}):
        await under_admins.call("mute", await user(GROUP_ID_USER), entity_id=KITCHEN, **duration)
    assert len(under_admins.household.wishes) == 2


@pytest.mark.parametrize("base", [True, False], ids=["while the rules let it listen", "while the rules mute"])
async def test_under_admins_a_mute_that_the_rules_may_end_is_no_way_to_end_one_that_only_time_ends(
    under_admins: Home, user: User, base: bool
) -> None:
    now = dt_util.utcnow()
    unforeseen = replace(under_admins.household.speakers["kitchen"].decision, base=base, next_change=None)
    mute = Hold(effect=Effect.MUTE, at=now, until=now + timedelta(hours=2))
    under_admins.show("kitchen", decision=unforeseen, holds=Holds(mute=mute))
    action, data = mode("mute")
    with pytest.raises(Unauthorized):
        await under_admins.call(action, await user(GROUP_ID_USER), **data)
    assert under_admins.household.wishes == []
    await under_admins.call(action, await user(GROUP_ID_ADMIN), **data)
    assert len(under_admins.household.wishes) == 1


async def test_under_admins_everyone_may_take_the_mute_until_the_next_change_anew(
    under_admins: Home, user: User
) -> None:
    decision = replace(under_admins.household.speakers["kitchen"].decision, next_change=None)
    before = until_next_change(Effect.MUTE, decision, dt_util.utcnow() - timedelta(hours=1))
    under_admins.show("kitchen", decision=decision, holds=Holds(mute=before))
    action, data = mode("mute")
    await under_admins.call(action, await user(GROUP_ID_USER), **data)
    assert len(under_admins.household.wishes) == 1


async def test_nobody_who_comes_home_ends_an_administrators_mute_that_another_user_chose_again(
    hass: HomeAssistant, user: User
) -> None:
    plug = plug_in(hass, "plug")["plug"]
    hass.states.async_set("person.ann", "not_home")
    rules = nobody_home("person.ann")
    await guard_home(hass, speaker(relay="light.plug"), rules, options={"who_may_allow": "admins"})
    act = partial(hass.services.async_call, blocking=True)
    await act("earlid", "mute", {"entity_id": MODE, "duration": 7200}, context=await user(GROUP_ID_ADMIN))
    with pytest.raises(Unauthorized):
        await act("select", "select_option", {"entity_id": MODE, "option": "mute"}, context=await user(GROUP_ID_USER))
    hass.states.async_set("person.ann", "home")
    await hass.async_block_till_done()
    assert shown(hass, plug.entity_id).state == "off"
    assert shown(hass, MODE).state == "mute"


@pytest.mark.parametrize(
    ("action", "data"), [MUTING["mute for a while"], MUTING["mode mute"]], ids=["mute for a while", "mode mute"]
)
async def test_a_mute_that_was_made_this_moment_counts_before_it_shows(
    hass: HomeAssistant, user: User, action: str, data: dict[str, Any]
) -> None:
    plug_in(hass, "plug")
    entry = await guard_home(hass, speaker(relay="light.plug"), options={"who_may_allow": "admins"})
    context = await user(GROUP_ID_USER)
    made = hass.async_create_task(entry.runtime_data.mute(["kitchen"], None, None))
    assert shown(hass, MODE).state == "automatic", "it shows only after its OFF is out"
    domain, _, name = action.rpartition(".")
    with pytest.raises(Unauthorized):
        await hass.services.async_call(domain or "earlid", name, data, blocking=True, context=context)
    await made
    await settled(hass, entry)
    mute = entry.runtime_data.speakers["kitchen"].holds.mute
    assert (mute.until, mute.ends_when_base_leaves) == (None, None)


ACTIONS: dict[str, dict[str, Any]] = {
    "mute": {},
    "listen": {"duration": 60},
    "resume": {},
    "report_activation": {},
    "explain": {},
}


@pytest.fixture
async def home(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Home:
    return await move_in_under(hass, monkeypatch, None)


@pytest.mark.parametrize(("action", "data"), ACTIONS.items(), ids=ACTIONS)
async def test_users_name_only_speakers_that_they_may_control(
    home: Home, hass_read_only_user: MockUser, action: str, data: dict[str, Any]
) -> None:
    context = Context(user_id=hass_read_only_user.id)
    with pytest.raises(Unauthorized) as refused:
        await home.call(action, context, entity_id=KITCHEN, **data)
    assert str(refused.value) == "You are not allowed to control Kitchen"
    assert home.household.wishes == []


async def test_control_of_one_speaker_is_not_control_of_another(home: Home) -> None:
    user = MockUser().add_to_hass(home.hass)
    user.mock_policy({"entities": {"entity_ids": {MODE: {POLICY_CONTROL: True}}}})
    context = Context(user_id=user.id)
    await home.call("mute", context, entity_id=KITCHEN)
    assert home.household.wishes == [("mute", ["kitchen"], None)]
    for data in ({"entity_id": [KITCHEN, "sensor.bedroom_microphone"]}, {"entity_id": "all"}):
        with pytest.raises(Unauthorized) as refused:
            await home.call("mute", context, **data)
        assert str(refused.value) == "You are not allowed to control Bedroom"
    assert len(home.household.wishes) == 1


async def test_control_of_a_sensor_is_not_control_of_the_speaker(home: Home) -> None:
    user = MockUser().add_to_hass(home.hass)
    user.mock_policy({"entities": {"domains": {"sensor": {POLICY_CONTROL: True}}}})
    with pytest.raises(Unauthorized):
        await home.call("mute", Context(user_id=user.id), entity_id=KITCHEN)


async def test_without_its_mode_in_the_registry_only_who_controls_all_controls_the_speaker(
    home: Home, user: User
) -> None:
    limited = MockUser().add_to_hass(home.hass)
    limited.mock_policy({"entities": {"domains": {"select": {POLICY_CONTROL: True}}}})
    er.async_get(home.hass).async_remove(MODE)
    with pytest.raises(Unauthorized):
        await home.call("mute", Context(user_id=limited.id), entity_id=KITCHEN)
    await home.call("mute", await user(GROUP_ID_USER), entity_id=KITCHEN)
    assert len(home.household.wishes) == 1


async def test_the_frontend_is_told_why_in_the_users_language(
    under_admins: Home, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    client = await hass_ws_client(under_admins.hass, hass_read_only_access_token)
    await client.send_json_auto_id(
        {"type": "call_service", "domain": "earlid", "service": "resume", "service_data": {"entity_id": KITCHEN}}
    )
    answer = await client.receive_json()
    assert answer["success"] is False
    assert (answer["error"]["translation_domain"], answer["error"]["translation_key"]) == ("earlid", "no_control")
    assert answer["error"]["translation_placeholders"] == {"speaker": "Kitchen"}
