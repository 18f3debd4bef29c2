"""Every door that Earlid has, tried by somebody without rights: nothing opens a microphone, and nothing is told."""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any, cast

from aiohttp.test_utils import TestClient
from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.const import GROUP_ID_READ_ONLY, GROUP_ID_USER
from homeassistant.components.websocket_api.const import DOMAIN as WEBSOCKET
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.earlid.engine.activations import Report
from tests.integration.browsers import token_of
from tests.integration.homes import Plug, guard_home, plug_in, rule, settled, shown, speaker, states

pytestmark = pytest.mark.attack

MODE = {"entity_id": "select.kitchen_mode"}
LOCKDOWN = {"entity_id": "switch.earlid_lockdown"}
QUIET = {"entity_id": "switch.earlid_rule_quiet"}

# By action: what somebody without rights sends to it, and whether it is for administrators whoever may control.
ACTIONS: dict[str, tuple[dict[str, Any], bool]] = {
    "mute": (MODE | {"duration": 1}, False),
    "listen": (MODE | {"duration": 60}, False),
    "resume": (MODE, False),
    "report_activation": (MODE, False),
    "explain": (MODE, False),
    "get_journal": (MODE, False),
    "verify_journal": ({}, True),
    "self_test": (MODE, True),
    "install_sentences": ({}, True),
    "remove_sentences": ({}, True),
}
OF_ENTITIES: dict[str, dict[str, Any]] = {
    "select.select_option": MODE | {"option": "listen"},
    "switch.turn_off": LOCKDOWN,
    "homeassistant.turn_off": QUIET,
    "button.press": {"entity_id": "button.kitchen_self_test"},
}
# By command: what is asked, and the error; None: it is answered, without what is not theirs.
COMMANDS: dict[str, tuple[dict[str, Any], str | None]] = {
    "earlid/subscribe": ({}, None),
    "earlid/timeline": ({"start": 0, "end": 1000, "speakers": ["kitchen"]}, "speaker_unknown"),
    "earlid/journal": ({"speakers": ["kitchen"]}, "speaker_unknown"),
    "earlid/wakes": ({"start": 0, "end": 1000}, None),
    "earlid/leave_alone": ({"device_id": "any"}, "change_admins_only"),
}
# Home Assistant's own doors to what Earlid shows, stores and is set up by.
OTHER_COMMANDS: dict[str, dict[str, Any]] = {
    "fire_event": {"event_type": "earlid_activation"},
    "subscribe_events": {"event_type": "earlid_activation"},
    "config_entries/subentries/list": {"entry_id": "{entry}"},
    "config_entries/subentries/delete": {"entry_id": "{entry}", "subentry_id": "id_kitchen"},
    "config_entries/disable": {"entry_id": "{entry}", "disabled_by": "user"},
    "config/entity_registry/update": MODE | {"disabled_by": "user"},
}
REQUESTS: dict[str, tuple[str, dict[str, Any] | None]] = {
    "GET /api/earlid/journal": ("/api/earlid/journal", None),
    "POST a state": ("/api/states/sensor.kitchen_microphone", {"state": "off_proven"}),
    "POST a state of the plug": ("/api/states/light.plug", {"state": "off"}),
    "POST an event": ("/api/events/earlid_activation", {}),
    "begin its flow": ("/api/config/config_entries/flow", {"handler": "earlid"}),
    "begin its options": ("/api/config/config_entries/options/flow", {"handler": "{entry}"}),
    "add a rule": ("/api/config/config_entries/subentries/flow", {"handler": ["{entry}", "rule"]}),
    "reload": ("/api/config/config_entries/entry/{entry}/reload", {}),
    "fix an issue": ("/api/repairs/issues/fix", {"handler": "earlid", "issue_id": "no_lease_kitchen"}),
    "GET diagnostics": ("/api/diagnostics/config_entry/{entry}", None),
}

# What Home Assistant says itself.
_OWN = ("unauthorized", "service_does_not_support_response")


@dataclass(frozen=True)
class Shut:
    """A home in lockdown whose speaker somebody has muted, too."""

    hass: HomeAssistant
    entry: MockConfigEntry
    plug: Plug

    async def stays(self) -> None:
        """Fail unless all is as it was."""
        await settled(self.hass, self.entry)
        assert set(self.plug.commands) == {"off"}
        wanted = {
            "select.kitchen_mode": "mute",
            "switch.earlid_lockdown": "on",
            "switch.earlid_rule_quiet": "on",
            "sensor.kitchen_microphone": "off_unproven",
            "sensor.kitchen_activations_today": "1",
        }
        assert states(self.hass, wanted) == wanted

    def filled(self, value: Any) -> Any:
        """Return what is sent, with the entry's id in it."""
        match value:
            case dict():
                return {key: self.filled(each) for key, each in value.items()}
            case list():
                return [self.filled(each) for each in value]
        return value.format(entry=self.entry.entry_id)


@pytest.fixture
async def home(hass: HomeAssistant) -> Shut:
    """Return such a home."""
    plug = plug_in(hass, "plug")["plug"]
    for component in ("homeassistant", "websocket_api", "api", "config", "diagnostics", "repairs"):
        assert await async_setup_component(hass, component, {})
    hass.states.async_set("person.ann", "not_home")
    quiet = rule("quiet", kind="presence", quantifier="any", entities=["person.ann"])
    entry = await guard_home(hass, speaker(relay=plug.entity_id), quiet, options={"store_transcripts": True})
    entry.runtime_data.report_activation("kitchen", Report(source="led", id="wake-1", note="a secret"))
    await settled(hass, entry)
    await entry.runtime_data.mute(["kitchen"], None, None)
    await entry.runtime_data.set_lockdown(True, None)
    await settled(hass, entry)
    return Shut(hass, entry, plug)


@pytest.fixture
async def nobody(hass: HomeAssistant) -> MockUser:
    """Return a user who may see and control nothing."""
    group = await hass.auth.async_get_group(GROUP_ID_USER)
    assert group is not None
    user = MockUser(groups=[group]).add_to_hass(hass)
    user.mock_policy({"entities": {}})
    return user


@pytest.fixture
async def visitor(hass: HomeAssistant) -> MockUser:
    """Return a user who may control all entities, and is no administrator."""
    group = await hass.auth.async_get_group(GROUP_ID_USER)
    assert group is not None
    return MockUser(groups=[group]).add_to_hass(hass)


async def test_no_door_is_missing_here(hass: HomeAssistant, home: Shut) -> None:
    assert home.entry.runtime_data.speakers
    assert set(hass.services.async_services_for_domain("earlid")) == set(ACTIONS)
    assert {name for name in hass.data[WEBSOCKET] if name.startswith("earlid")} == set(COMMANDS)
    paths = {resource.canonical for resource in hass.http.app.router.resources() if "earlid" in resource.canonical}
    files = {path for path in paths if path.startswith("/earlid_files/")}
    assert paths - files == {"/api/earlid/journal"}


async def test_who_may_control_nothing_does_nothing_by_any_action(
    hass: HomeAssistant, home: Shut, nobody: MockUser, hass_client: ClientSessionGenerator
) -> None:
    client = await hass_client(await token_of(hass, nobody))
    for action, data in [(f"earlid/{name}", data) for name, (data, _) in ACTIONS.items()] + [
        (name.replace(".", "/"), data) for name, data in OF_ENTITIES.items()
    ]:
        for query in ("", "?return_response"):
            answer = await client.post(f"/api/services/{action}{query}", json=data)
            assert answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.BAD_REQUEST), action
            assert "wake-1" not in await answer.text()
    assert (
        await client.post("/api/services/earlid/resume", json={"entity_id": "all"})
    ).status == HTTPStatus.UNAUTHORIZED
    await home.stays()


async def test_what_is_for_administrators_is_refused_to_who_may_control_all(
    hass: HomeAssistant, home: Shut, visitor: MockUser, hass_client: ClientSessionGenerator
) -> None:
    client = await hass_client(await token_of(hass, visitor))
    for action in (name for name, (_, for_admins) in ACTIONS.items() if for_admins):
        answer = await client.post(f"/api/services/earlid/{action}?return_response", json=ACTIONS[action][0])
        assert answer.status == HTTPStatus.UNAUTHORIZED, action
    answer = await client.post("/api/services/button/press", json=OF_ENTITIES["button.press"])
    assert answer.status == HTTPStatus.UNAUTHORIZED
    await home.stays()


async def test_who_may_see_nothing_is_told_nothing_over_the_websocket(
    hass: HomeAssistant, home: Shut, nobody: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(hass, await token_of(hass, nobody))
    told: list[dict[str, Any]] = []
    for command, (data, error) in COMMANDS.items():
        await client.send_json_auto_id({"type": command} | data)
        heard = [cast("dict[str, Any]", await client.receive_json())]
        while heard[-1]["type"] != "result":
            heard.append(cast("dict[str, Any]", await client.receive_json()))
        assert heard[-1]["success"] is (error is None), command
        assert heard[-1].get("error", {}).get("translation_key") == error
        told += [one for one in heard if one.get("success") is not False]
    assert len(told) > len([error for _, error in COMMANDS.values() if error is None])
    for word in ("Kitchen", "quiet", "wake-1", "a secret"):
        assert word not in str(told)
    await home.stays()


async def test_home_assistants_own_doors_are_shut_too(
    hass: HomeAssistant,
    home: Shut,
    visitor: MockUser,
    hass_client: ClientSessionGenerator,
    hass_ws_client: WebSocketGenerator,
) -> None:
    token = await token_of(hass, visitor)
    assert ir.async_get(hass).async_get_issue("earlid", "no_lease_kitchen") is not None
    client: TestClient[Any, Any] = await hass_client(token)
    for what, (path, body) in REQUESTS.items():
        url = home.filled(path)
        answer = await (client.get(url) if body is None else client.post(url, json=home.filled(body)))
        assert answer.status == HTTPStatus.UNAUTHORIZED, what
    socket = await hass_ws_client(hass, token)
    for command, data in OTHER_COMMANDS.items():
        await socket.send_json_auto_id(home.filled({"type": command} | data))
        said = cast("dict[str, Any]", await socket.receive_json())
        assert said.get("error", {}).get("code") == "unauthorized", (command, said)
    await home.stays()


async def test_who_may_only_look_switches_nothing(
    hass: HomeAssistant, home: Shut, hass_ws_client: WebSocketGenerator
) -> None:
    group = await hass.auth.async_get_group(GROUP_ID_READ_ONLY)
    assert group is not None
    client = await hass_ws_client(hass, await token_of(hass, MockUser(groups=[group]).add_to_hass(hass)))
    for action, data in [(f"earlid.{name}", data) for name, (data, _) in ACTIONS.items()] + [*OF_ENTITIES.items()]:
        domain, _, name = action.partition(".")
        await client.send_json_auto_id(
            {"type": "call_service", "domain": domain, "service": name, "service_data": data, "return_response": True}
        )
        answer = cast("dict[str, Any]", await client.receive_json())
        refused = answer["error"].get("translation_key") or answer["error"]["code"]
        assert refused in ("no_control", "admins_only", "journal_admins_only", "sentences_admins_only", *_OWN), action
    await home.stays()


async def test_a_user_runs_no_automation_of_the_household_past_the_rules(
    hass: HomeAssistant, home: Shut, visitor: MockUser
) -> None:
    """A script that anyone may run acts in the name of who runs it."""
    hass.config_entries.async_update_entry(home.entry, options={"who_may_allow": "admins"})
    await settled(hass, home.entry)
    steps = [{"action": "earlid.resume", "data": MODE}, {"action": "switch.turn_off", "data": LOCKDOWN}]
    scripts = {f"step_{number}": {"sequence": [step]} for number, step in enumerate(steps)}
    assert await async_setup_component(hass, "script", {"script": scripts})
    for name in scripts:
        with pytest.raises(Unauthorized):
            await hass.services.async_call("script", name, blocking=True, context=Context(user_id=visitor.id))
    await home.stays()


async def test_what_home_assistant_tells_everyone_is_not_what_was_said(
    hass: HomeAssistant, home: Shut, nobody: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    """It asks nobody there for rights: who may see no entity of Earlid learns here what each of them shows."""
    socket = await hass_ws_client(hass, await token_of(hass, nobody))
    await socket.send_json_auto_id({"type": "repairs/list_issues"})
    issues = str(await socket.receive_json())
    await socket.send_json_auto_id({"type": "render_template", "template": "{{ states | list }}"})
    assert (await socket.receive_json())["success"]
    rendered = str(await socket.receive_json())
    assert "'speaker': 'Kitchen'" in issues
    assert "sensor.kitchen_microphone=off_unproven" in rendered
    assert "a secret" not in issues + rendered
    await home.stays()


async def test_who_ignores_an_issue_hides_no_breach_and_not_the_next_issue(
    hass: HomeAssistant,
    home: Shut,
    nobody: MockUser,
    hass_ws_client: WebSocketGenerator,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Home Assistant lets everyone ignore one, for as long as it stands."""
    socket = await hass_ws_client(hass, await token_of(hass, nobody))
    for wake in ("wake-2", "wake-3"):
        home.entry.runtime_data.report_activation("kitchen", Report(source="led", id=wake))
        issue = ir.async_get(hass).async_get_issue("earlid", "breach_kitchen")
        assert issue is not None
        assert issue.dismissed_version is None
        ignored = {"domain": "earlid", "issue_id": "breach_kitchen", "ignore": True}
        await socket.send_json_auto_id({"type": "repairs/ignore_issue"} | ignored)
        assert (await socket.receive_json())["success"]
        assert shown(hass, "binary_sensor.kitchen_breach").state == "on"
        freezer.tick(timedelta(seconds=61))
        home.plug.shows("off", reported="anew")
        async_fire_time_changed(hass)
        await hass.async_block_till_done()
        assert shown(hass, "binary_sensor.kitchen_breach").state == "off"
