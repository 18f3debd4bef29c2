"""The blueprints, imported and made into automations in a real home, and what they then do."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from homeassistant.util.yaml import load_yaml_dict
import pytest
import pytest_asyncio

from tests.home.automating import automate, device_of, let_automate
from tests.home.guarding import guard_rooms, hush, make_run, make_usual, mute_switches, unhush
from virtual_home import Meter, VirtualHome
from virtual_home.phone import Phone
from virtual_home.waiting import until

FOLDER = Path(__file__).parents[2] / "blueprints" / "automation" / "earlid"
ROOMS = ("Kitchen", "Bedroom")
QUIET = 1.0  # s in which something that should not happen would have
LIGHT = "light/strip"
SAID = "guests/told"
LIVE, UNKNOWN, BREACH = [0, 90, 255], [255, 170, 0], [255, 0, 0]


def blueprint(name: str) -> dict[str, Any]:
    """Return a blueprint as Home Assistant reads it."""
    return load_yaml_dict(str(FOLDER / f"{name}.yaml"))


NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_home() -> AsyncIterator[VirtualHome]:
    """Give a home of two guarded speakers, a strip of light and the app's integration, with all blueprints imported."""
    helpers = mute_switches(ROOMS)["input_boolean"] | {"guests": {"name": "Guests"}}
    configuration = {"input_boolean": helpers, "mobile_app": {}}
    async with VirtualHome(
        plugs=ROOMS, earlid=True, boot=0.5, meter=Meter(delay=0.3), configuration=configuration
    ) as home:
        strip = {
            "schema": "json",
            "name": "Strip",
            "unique_id": "strip",
            "default_entity_id": "light.strip",
            "command_topic": f"{LIGHT}/set",
            "brightness": True,
            "supported_color_modes": ["rgb"],
        }
        home.network.join(lambda: home.network.discover("light", "others", "strip", strip))
        await guard_rooms(home, ROOMS)
        await let_automate(home)
        for name in NAMES:
            await home.owner.command(
                "blueprint/save",
                domain="automation",
                path=f"earlid/{name}.yaml",
                yaml=(FOLDER / f"{name}.yaml").read_text(encoding="utf-8"),
                source_url=blueprint(name)["blueprint"]["source_url"],
            )
        yield home


@pytest_asyncio.fixture(loop_scope="session")
async def home(shared_home: VirtualHome) -> AsyncIterator[VirtualHome]:
    """Give it without automations, healed and allowed after each test."""
    yield shared_home
    await make_run(shared_home)
    for entity_id in [one for one in await shared_home.owner.states() if one.startswith("automation.")]:
        await shared_home.owner.delete(f"/api/config/automation/config/{entity_id.removeprefix('automation.')}")
    await make_usual(shared_home)


async def use(home: VirtualHome, name: str, **inputs: Any) -> None:
    """Make an automation of a blueprint, over all speakers unless it has none."""
    if "speakers" in blueprint(name)["blueprint"]["input"]:
        inputs.setdefault("speakers", {"device_id": await device_of(home, "Earlid")})
    await automate(home, name, use_blueprint={"path": f"earlid/{name}.yaml", "input": inputs})


def put(topic: str, payload: str) -> list[dict[str, Any]]:
    """Return the action that says something on the broker."""
    return [{"action": "mqtt.publish", "data": {"topic": topic, "payload": payload}}]


async def test_each_is_listed_and_needs_no_more_than_it_says(home: VirtualHome) -> None:
    listed = await home.owner.command("blueprint/list", domain="automation")
    assert {f"earlid/{name}.yaml" for name in NAMES} <= set(listed)
    for name in NAMES:
        metadata = listed[f"earlid/{name}.yaml"]["metadata"]
        assert metadata["name"].startswith("Earlid: ")
        assert metadata["homeassistant"] == {"min_version": "2026.10.0"}
        for given in metadata["input"].values():
            for one in given["input"].values() if "input" in given else [given]:
                assert one["name"]
                assert one["selector"], "Home Assistant could not draw it"


async def test_a_phone_is_told_of_a_breach_and_its_button_mutes_all_after_a_restart_too(home: VirtualHome) -> None:
    async with Phone(home.owner, "Anna's phone") as phone:
        await use(
            home,
            "breach_notification",
            phone=await device_of(home, "Anna's phone"),
            more=put("told/more", "{{ speaker }}: {{ reason }}"),
        )
        async with home.observe("told/#") as seen:
            home.faults.deaf("kitchen", 600)
            await hush(home, "kitchen")
            await until(lambda: bool(phone.shown))
            await until(lambda: bool(seen.messages))
        (alarm,) = phone.shown
        assert alarm["title"] == "Kitchen may be listening"
        assert alarm["message"].startswith("Not allowed, but: ")
        assert seen.messages[0].text == f"Kitchen: {alarm['message'].removeprefix('Not allowed, but: ')[:-1]}"
        assert "None" not in alarm["message"]
        assert await home.owner.value("select.bedroom_mode") == "automatic"
        await home.ha.restart()
        await home.owner.wait_for("binary_sensor.kitchen_breach", "on")
        assert len(phone.shown) == 1, "it is the same breach"
        await phone.press(alarm, "Mute all")
        await home.owner.wait_for("select.bedroom_mode", "mute")
        await until(lambda: not home.plugs["bedroom"].live)
        home.faults.heal("kitchen")
        await until(lambda: len(phone.shown) > 1)
        await asyncio.sleep(QUIET)
        (over,) = phone.shown[1:]
        assert over["message"] == "It is as it should be again."
        assert over["data"]["tag"] == alarm["data"]["tag"], "it takes the place of the alarm"


async def test_of_a_breach_that_did_not_last_the_phone_hears_neither_the_beginning_nor_the_end(
    home: VirtualHome,
) -> None:
    async with Phone(home.owner, "Ben's phone") as phone:
        await use(home, "breach_notification", phone=await device_of(home, "Ben's phone"), lasts={"seconds": 5})
        for lasts in (False, True):
            home.faults.unavailable("kitchen")
            await hush(home, "kitchen")
            await home.owner.wait_for("binary_sensor.kitchen_breach", "on")
            if lasts:
                await until(lambda: bool(phone.shown))
            home.faults.available("kitchen")
            await home.owner.wait_for("binary_sensor.kitchen_breach", "off")
            wanted = 2 if lasts else 0
            await until(lambda: len(phone.shown) == wanted)  # noqa: B023 - done with before the next
            await asyncio.sleep(QUIET)
            assert len(phone.shown) == wanted
            await unhush(home, "kitchen")
            await home.owner.wait_for(home.plugs["kitchen"].entity_id, "on")


async def test_guests_are_told_of_a_wake_while_they_are_there_and_not_at_once_again(home: VirtualHome) -> None:
    await use(
        home,
        "guest_announcement",
        guest_mode="input_boolean.guests",
        announce=put(SAID, "{{ announcement }}"),
        quiet={"seconds": 4},
    )
    wake = {"entity_id": "select.kitchen_mode", "source": "test"}
    async with home.observe(SAID) as seen:
        await home.owner.call("earlid.report_activation", wake)
        await asyncio.sleep(QUIET)
        assert seen.messages == [], "nobody is there"
        await home.owner.call("input_boolean.turn_on", entity_id="input_boolean.guests")
        await home.owner.call("earlid.report_activation", wake)
        await until(lambda: bool(seen.messages))
        await home.owner.call("earlid.report_activation", wake)
        await asyncio.sleep(5)
        assert [one.text for one in seen.messages] == ["Kitchen woke just now and may have heard you."]
        await home.owner.call("earlid.report_activation", wake)
        await until(lambda: len(seen.messages) == 2)


async def test_the_report_says_what_the_journal_adds_up_to(home: VirtualHome) -> None:
    for outcome in ("unanswered", "answered"):
        report = {"entity_id": "select.bedroom_mode", "outcome": outcome, "source": "test"}
        await home.owner.call("earlid.report_activation", report)
    soon = datetime.now(UTC) + timedelta(seconds=6)
    async with home.observe("report/#") as seen:
        await use(home, "nightly_report", at=f"{soon:%H:%M:%S}", report=put("report/is", "{{ title }}\n{{ report }}"))
        (said,) = [await seen.wait_for("report/is")]
    title, *lines = said.text.splitlines()
    assert title == "What the speakers heard today"
    (bedroom,) = [line for line in lines if line.startswith("Bedroom: live 0 h 0")]
    assert bedroom.endswith("woke 2 times, 1 of them for nothing.")
    assert [line for line in lines if line.startswith("Kitchen: live 0 h 0")]


async def test_a_light_shows_who_is_live(home: VirtualHome) -> None:
    async with home.observe(f"{LIGHT}/set") as seen:

        def colour() -> list[int] | None:
            """Return what the light was told last; None: off."""
            told = seen.messages[-1].body
            return None if told["state"] == "OFF" else [told["color"][one] for one in "rgb"]

        await use(home, "live_light", light={"entity_id": "light.strip"})
        await home.owner.call("automation.trigger", entity_id="automation.live_light")
        await until(lambda: bool(seen.messages) and colour() == LIVE)
        await hush(home, *(room.lower() for room in ROOMS))
        await until(lambda: colour() is None)
        await unhush(home, "kitchen")
        await until(lambda: colour() == LIVE)
        home.faults.unavailable("kitchen")
        await until(lambda: colour() == UNKNOWN)
        await hush(home, "kitchen")
        await until(lambda: colour() == BREACH)
        home.faults.heal("kitchen")
        await until(lambda: colour() is None)


@pytest.mark.parametrize("lifts", [False, True])
async def test_the_panic_button_locks_down_and_lifts_only_if_it_may(home: VirtualHome, lifts: bool) -> None:
    button = [{"trigger": "event", "event_type": "button_pressed"}]
    await use(home, "panic_button", button=button, lifts=lifts, more=put("panic/is", "{{ locked }}"))
    async with home.observe("panic/#") as seen:
        await home.owner.post("/api/events/button_pressed", {})
        await until(lambda: not any(plug.live for plug in home.plugs.values()))
        await home.owner.wait_for("switch.earlid_lockdown", "on")
        await home.owner.post("/api/events/button_pressed", {})
        await home.owner.wait_for("switch.earlid_lockdown", "off" if lifts else "on")
        await until(lambda: [one.text for one in seen.messages] == ["True", str(not lifts)])


async def test_nothing_was_complained_of(home: VirtualHome) -> None:
    assert [line for line in home.ha.complaints("automation") if "Restarted" not in line] == []
