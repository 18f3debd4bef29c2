"""The examples in docs/relays.md: Home Assistant takes them, and they tell the device what they should."""

import asyncio
from datetime import timedelta
from pathlib import Path
import re
from typing import Any, override

from homeassistant.core import Context, HomeAssistant, ServiceCall, callback
from homeassistant.setup import async_setup_component
import pytest
import yaml

from custom_components.earlid.facts import Eyes
from custom_components.earlid.flows.actions import sequence_problem
from custom_components.earlid.relays.actions import ActionsRelay

TEXT = (Path(__file__).parents[2] / "docs" / "relays.md").read_text()
FAMILIES = ("ZHA", "ESPHome", "A button pusher")


class Loader(yaml.SafeLoader):
    """Reads ESPHome's `!lambda` and `!secret` as what stands behind them."""

    @override
    def construct_undefined(self, node: Any) -> Any:
        return node.value


Loader.add_constructor(None, Loader.construct_undefined)


def examples(family: str) -> dict[str, Any]:
    """Return the blocks of YAML under a heading, by the name in their first line."""
    (section,) = re.findall(rf"^### {family}\n(.*?)(?=^##|\Z)", TEXT, re.DOTALL | re.MULTILINE)
    blocks = re.findall(r"^```yaml\n# (\w+)\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    return {name: yaml.load(block, Loader) for name, block in blocks}  # noqa: S506 - it is a SafeLoader


def relay(hass: HomeAssistant, family: str, entity_id: str = "switch.plug") -> ActionsRelay:
    found = examples(family)
    data = {"off": found["off"], "grant": found["on"], "state_entity": entity_id, "keeps_time": True}
    return ActionsRelay(hass, Eyes(hass), data | ({"renew": found["renew"]} if "renew" in found else {}))


def listen_to(hass: HomeAssistant, *services: str) -> list[dict[str, Any]]:
    """Return what these services are called with from now on."""
    calls: list[dict[str, Any]] = []

    @callback
    def called(call: ServiceCall) -> None:
        calls.append({"action": f"{call.domain}.{call.service}", **call.data})

    for service in services:
        domain, _, name = service.partition(".")
        hass.services.async_register(domain, name, called)
    return calls


def test_every_block_of_the_page_is_looked_at() -> None:
    found = sum(len(examples(family)) for family in (*FAMILIES, "Z-Wave"))
    assert found == TEXT.count("```yaml")
    assert [family for family in FAMILIES if not {"off", "on"} <= examples(family).keys()] == []


@pytest.mark.parametrize("family", [*FAMILIES, "Z-Wave"])
async def test_home_assistant_takes_the_actions(hass: HomeAssistant, family: str) -> None:
    actions = {name: found for name, found in examples(family).items() if name in ("off", "on", "renew", "once")}
    assert actions
    assert [await sequence_problem(hass, found) for found in actions.values()] == [None] * len(actions)


@pytest.mark.parametrize(("seconds", "tenths"), [(300, 3000), (1, 10), (43200, 65000)])
async def test_zha_is_told_tenths_of_a_second_that_fit_in_16_bits(
    hass: HomeAssistant, seconds: int, tenths: int
) -> None:
    calls = listen_to(hass, "zha.issue_zigbee_cluster_command")
    plug = relay(hass, "ZHA")
    await plug.grant(timedelta(seconds=seconds), Context())
    await plug.renew(timedelta(seconds=seconds), Context())
    await plug.off(Context())
    # https://www.home-assistant.io/integrations/zha/: 0 is off, 66 on with timed off, of the cluster On/Off.
    assert [call["command"] for call in calls] == [66, 66, 0]
    assert {call["cluster_id"] for call in calls} == {6}
    on = {"on_time": tenths, "off_wait_time": 0}
    assert [call["params"] for call in calls] == [on | {"on_off_control": 0}, on | {"on_off_control": 1}, {}]
    assert plug.clock is not None
    assert not plug.clock.renewed_by_on


async def test_the_esphome_device_has_the_actions_that_it_is_told(hass: HomeAssistant) -> None:
    device = examples("ESPHome")["device"]
    node = device["esphome"]["name"].replace("-", "_")
    has = {
        f"esphome.{node}_{action['action']}": set(action.get("variables", {})) for action in device["api"]["actions"]
    }
    calls = listen_to(hass, *has)
    plug = relay(hass, "ESPHome")
    await plug.grant(timedelta(seconds=300), Context())
    await plug.renew(timedelta(seconds=300), Context())
    await plug.off(Context())
    assert [(call.pop("action"), call) for call in calls] == [
        ("esphome.kitchen_plug_lease", {"seconds": 300}),
        ("esphome.kitchen_plug_renew", {"seconds": 300}),
        ("esphome.kitchen_plug_end", {}),
    ]
    assert has == {
        "esphome.kitchen_plug_lease": {"seconds"},
        "esphome.kitchen_plug_renew": {"seconds"},
        "esphome.kitchen_plug_end": set(),
    }


async def test_the_mute_button_is_pressed_once_until_its_light_has_followed(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "script", {"script": examples("A button pusher")["scripts"]})
    presses = listen_to(hass, "button.press")
    plug = relay(hass, "A button pusher", "binary_sensor.kitchen_can_hear")
    hass.states.async_set("binary_sensor.kitchen_can_hear", "on")
    tasks = [hass.async_create_background_task(plug.off(Context()), "off") for _ in range(3)]
    await asyncio.sleep(0)
    assert [press["entity_id"] for press in presses] == [["button.kitchen_finger"]]
    hass.states.async_set("binary_sensor.kitchen_can_hear", "off")
    await asyncio.gather(*tasks)
    await plug.off(Context())
    assert len(presses) == 1
    tasks = [hass.async_create_background_task(plug.grant(None, Context()), "grant") for _ in range(2)]
    await asyncio.sleep(0)
    hass.states.async_set("binary_sensor.kitchen_can_hear", "on")
    await asyncio.gather(*tasks)
    assert len(presses) == 2


async def test_the_mute_button_is_not_pressed_while_its_light_is_out_of_sight(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "script", {"script": examples("A button pusher")["scripts"]})
    presses = listen_to(hass, "button.press")
    plug = relay(hass, "A button pusher", "binary_sensor.kitchen_can_hear")
    for state in ("unavailable", "unknown"):
        hass.states.async_set("binary_sensor.kitchen_can_hear", state)
        await plug.off(Context())
        await plug.grant(None, Context())
    assert presses == []
