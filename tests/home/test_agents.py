"""A language model at a real Home Assistant, as a client of its MCP server: it mutes real plugs, and that is all."""

from collections.abc import AsyncIterator
import json
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.home.guarding import make_usual
from virtual_home import VirtualHome, flows
from virtual_home.waiting import until

pytestmark = pytest.mark.attack

ROOMS = ("Kitchen", "Bedroom")
UNMUTING: list[tuple[str, dict[str, Any]]] = [
    ("earlid__listen", {"speakers": ["Kitchen"], "minutes": 5}),
    ("earlid__mute", {"everywhere": True, "minutes": 0.01}),
    ("HassTurnOff", {"name": "Earlid Lockdown", "domain": ["switch"]}),
    ("evening", {}),
    ("HassTurnOn", {"name": "Kitchen plug", "domain": ["switch"]}),
]
SCRIPT = {"sequence": [{"action": "earlid.resume", "target": {"entity_id": "all"}}], "description": "Good evening"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_home() -> AsyncIterator[VirtualHome]:
    """Give a home with two guarded speakers, Home Assistant's MCP server, and a script that resumes, exposed to it."""
    async with VirtualHome(
        plugs=ROOMS, persons=(), earlid=True, boot=0.5, configuration={"script": {"evening": SCRIPT}}
    ) as home:
        for room in ("kitchen", "bedroom"):
            await home.guard(room, habits={"rest": 0, "boot": 1})
            await home.owner.wait_for(f"select.{room}_mode", "automatic")
        await flows.set_up_entry(home.owner, "mcp_server", {"user": {}})
        await home.owner.command(
            "homeassistant/expose_entity",
            assistants=["conversation"],
            entity_ids=["script.evening", "switch.earlid_lockdown", home.plugs["kitchen"].entity_id],
            should_expose=True,
        )
        yield home


@pytest_asyncio.fixture(loop_scope="session")
async def home(shared_home: VirtualHome) -> AsyncIterator[VirtualHome]:
    """Give it allowed and without holds after each test."""
    yield shared_home
    await make_usual(shared_home)


async def ask(home: VirtualHome, method: str, **params: Any) -> Any:
    """Ask Home Assistant's MCP server."""
    headers = {"Authorization": f"Bearer {home.owner.token}", "Accept": "application/json"}
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{home.owner.url}/api/mcp", json=message) as response,
    ):
        return (await response.json())["result"]


async def call(home: VirtualHome, tool: str, **arguments: Any) -> tuple[bool, str]:
    """Let a model call a tool; return whether that worked, and what it is told."""
    offered = [one["name"] for one in (await ask(home, "tools/list"))["tools"]]
    name = next((one for one in offered if one == tool or one.endswith(f"__{tool}")), tool)
    assert name in offered or tool == "earlid__listen", "a tool that is not there refuses nothing"
    answer = await ask(home, "tools/call", name=name, arguments=arguments)
    return not answer.get("isError", False), str(answer["content"][0]["text"])


async def test_a_model_mutes_a_room_and_the_plug_is_off(home: VirtualHome) -> None:
    plug = home.plugs["kitchen"]
    worked, _ = await call(home, "earlid__mute", speakers=["kitchen"])
    assert worked
    await until(lambda: not plug.live)
    await home.owner.wait_for("sensor.kitchen_microphone", lambda state: str(state["state"]).startswith("off"))
    _, told = await call(home, "earlid__status")
    kitchen, bedroom = json.loads(told)["speakers"]
    assert (kitchen["can_hear"], kitchen["because"]) == ("no", "hold")
    assert bedroom["can_hear"] == "yes"
    assert home.plugs["bedroom"].live


@pytest.mark.parametrize(("tool", "arguments"), UNMUTING, ids=[tool for tool, _ in UNMUTING])
async def test_a_model_that_was_talked_into_it_ends_no_silence(
    home: VirtualHome, tool: str, arguments: dict[str, Any]
) -> None:
    if tool == "HassTurnOff":
        await home.owner.call("switch.turn_on", entity_id="switch.earlid_lockdown")
    else:
        await home.owner.call("earlid.mute", entity_id="all")
    await home.owner.wait_for(home.plugs["kitchen"].entity_id, "off")
    worked, told = await call(home, tool, **arguments)
    assert worked is (tool == "HassTurnOn"), told
    await home.owner.wait_for("binary_sensor.kitchen_listening_allowed", "off")
    # What it turned on itself is off again at once; nothing else was turned on.
    await home.caught_up()
    await until(lambda: not home.plugs["kitchen"].live)
    assert await home.owner.value("binary_sensor.kitchen_listening_allowed") == "off"
    assert await home.owner.value("switch.earlid_lockdown") == ("on" if tool == "HassTurnOff" else "off")


async def test_the_owner_can_do_all_that_by_hand(home: VirtualHome) -> None:
    """Else the refusals above would say nothing."""
    await home.owner.call("earlid.mute", entity_id="all")
    await home.owner.call("script.turn_on", entity_id="script.evening")
    await home.owner.wait_for("binary_sensor.kitchen_listening_allowed", "on")
