"""What becomes of the entity behind a relay, and how a speaker wants its relay treated."""

import asyncio
import time

from tests.home.guarding import (
    HABITS,
    hush,
    hush_until_off,
    issues_become,
    make_run,
    offs,
    promptly,
    repair_issues,
    saved,
    stay,
    unhush,
)
from virtual_home import VirtualHome
from virtual_home.flows import change_subentry, remove_subentry, set_options, subentries
from virtual_home.waiting import until, until_told

NURSERYS = {"relay_missing_nursery", "breach_nursery"}


async def subentry(home: VirtualHome, title: str) -> str:
    """Return the subentry of a speaker or rule."""
    assert home.earlid_entry is not None
    found = await subentries(home.owner, home.earlid_entry)
    return next(str(one["subentry_id"]) for one in found if one["title"] == title)


async def enforce(home: VirtualHome, enforced: bool) -> None:
    """Have the nursery guarded or only observed; return when that is followed, for which no dialog waits."""
    assert home.earlid_entry is not None
    nursery = await subentry(home, "Nursery")
    await change_subentry(home.owner, home.earlid_entry, nursery, {"habits": {"enforce": enforced}})

    async def followed() -> bool:
        told = await home.owner.call("earlid.explain", entity_id="select.nursery_mode", returns=True)
        return bool(told["speakers"]["nursery"]["enforced"] is enforced)

    await until_told(followed)


async def test_a_renamed_plug_is_followed(guarded_home: VirtualHome) -> None:
    plug = guarded_home.plugs["kitchen"]
    began = time.monotonic()
    await guarded_home.owner.rename_entity(plug.entity_id, "switch.other_name")
    try:
        await guarded_home.owner.wait_for("switch.other_name", "on")
        await stay(guarded_home, {plug: True}, for_seconds=1)
        assert guarded_home.truth.commands_to(plug, since=began) == []
        await hush(guarded_home, "kitchen")
        await until(lambda: not plug.live)
        plug.press()
        await until(lambda: not plug.live)
        assert "relay_missing_kitchen" not in await repair_issues(guarded_home)
        await saved(guarded_home, '"switch.other_name"')
    finally:
        await guarded_home.owner.rename_entity("switch.other_name", plug.entity_id)
    await unhush(guarded_home, "kitchen")
    await until(lambda: plug.live)


async def test_a_plug_renamed_while_muted_stays_off(guarded_home: VirtualHome) -> None:
    plug = guarded_home.plugs["bedroom"]
    await hush_until_off(guarded_home, "bedroom")
    await guarded_home.owner.rename_entity(plug.entity_id, "switch.other_name")
    try:
        await stay(guarded_home, {plug: False}, for_seconds=1)
        assert await guarded_home.owner.value("binary_sensor.bedroom_breach") == "off"
    finally:
        await guarded_home.owner.rename_entity("switch.other_name", plug.entity_id)


async def test_a_plug_whose_entity_is_disabled_is_a_breach_until_it_is_back(guarded_home: VirtualHome) -> None:
    plug, owner = guarded_home.plugs["nursery"], guarded_home.owner
    await hush_until_off(guarded_home, "nursery")
    await owner.disable_entity(plug.entity_id)
    try:
        await owner.wait_for("sensor.nursery_microphone", "unknown")
        await issues_become(guarded_home, lambda issues: "relay_missing_nursery" in issues)
        breach = await owner.wait_for("binary_sensor.nursery_breach", "on")
        assert breach["attributes"]["cause"] == "relay_unreachable"
    finally:
        await owner.disable_entity(plug.entity_id, disabled=False)
        # Home Assistant would do so by itself after 30 s.
        mqtt = await owner.get("/api/config/config_entries/entry?domain=mqtt")
        await owner.post(f"/api/config/config_entries/entry/{mqtt[0]['entry_id']}/reload")
    await owner.wait_for("binary_sensor.nursery_breach", "off", within=60)
    await issues_become(guarded_home, lambda issues: not NURSERYS & issues)


async def test_a_missing_plug_of_a_speaker_that_may_listen_is_no_breach(guarded_home: VirtualHome) -> None:
    plug, owner = guarded_home.plugs["nursery"], guarded_home.owner
    await owner.remove_entity(plug.entity_id)
    try:
        await owner.wait_for("sensor.nursery_microphone", "unknown")
        await issues_become(guarded_home, lambda issues: "relay_missing_nursery" in issues)
        await asyncio.sleep(4)
        assert await owner.value("binary_sensor.nursery_breach") == "off"
        await hush(guarded_home, "nursery")
        await owner.wait_for("binary_sensor.nursery_breach", "on")
    finally:
        # Removing it from the registry also cleared its discovery.
        guarded_home.network.publish("homeassistant/status", "online")
        for announce in guarded_home.network._announcements:
            announce()
    await owner.wait_for(plug.entity_id, lambda state: state["state"] in ("on", "off"), within=60)
    await until(lambda: not plug.live)
    await owner.wait_for("binary_sensor.nursery_breach", "off")
    await issues_become(guarded_home, lambda issues: not NURSERYS & issues)


async def test_a_speaker_that_is_only_observed_is_told_nothing(guarded_home: VirtualHome) -> None:
    plug, owner = guarded_home.plugs["nursery"], guarded_home.owner
    began = time.monotonic()
    await enforce(guarded_home, False)
    try:
        await hush(guarded_home, "nursery")
        await owner.wait_for("binary_sensor.nursery_listening_allowed", "off")
        await stay(guarded_home, {plug: True}, for_seconds=3.5)
        assert await owner.value("sensor.nursery_microphone") == "live"
        plug.press()
        await owner.wait_for(plug.entity_id, "off")
        await unhush(guarded_home, "nursery")
        await stay(guarded_home, {plug: False}, for_seconds=1)
        assert await owner.value("select.nursery_mode") == "automatic"
        assert guarded_home.truth.commands_to(plug, since=began) == []
    finally:
        await enforce(guarded_home, True)
    await until(lambda: plug.live)


async def test_an_inverted_relay_silences_by_being_on(guarded_home: VirtualHome) -> None:
    owner, entry = guarded_home.owner, guarded_home.earlid_entry
    assert entry is not None
    relay = guarded_home.add_plug("Inverter", on=False)
    guarded_home.add_speaker("Inverter", relay)
    await owner.wait_for(relay.entity_id, "off")
    subentry_id = await guarded_home.guard(
        "inverter",
        relay={"inverted": True, "silences": "microphone"},
        senses={"power_entity": None},
        habits=HABITS,
    )
    try:
        await owner.wait_for("sensor.inverter_microphone", "live")
        await stay(guarded_home, {relay: False}, for_seconds=1)
        await owner.call("earlid.mute", entity_id="select.inverter_mode")
        await until(lambda: relay.live)
        await owner.wait_for("sensor.inverter_microphone", "off_unproven")
        relay.press()
        await promptly(guarded_home, 1, lambda: relay.live)
        await owner.call("earlid.resume", entity_id="select.inverter_mode")
        await until(lambda: not relay.live)
        await owner.wait_for("sensor.inverter_microphone", "live")
    finally:
        await remove_subentry(owner, entry, subentry_id)


async def test_a_clean_stop_turns_speakers_off_if_the_household_wants_that(guarded_home: VirtualHome) -> None:
    # That they stay on otherwise is seen where Home Assistant is restarted cleanly, test_restart.py.
    assert guarded_home.earlid_entry is not None
    kitchen, nursery = guarded_home.plugs["kitchen"], guarded_home.plugs["nursery"]
    await set_options(guarded_home.owner, guarded_home.earlid_entry, when_stopping="off")
    await enforce(guarded_home, False)
    try:
        began = time.monotonic()
        await guarded_home.ha.stop()
        await until(lambda: not kitchen.live)
        assert [one.says for one in guarded_home.truth.commands_to(kitchen, since=began)] == ["off"]
        # One that is only observed is told nothing then either.
        assert nursery.live
        assert offs(guarded_home, nursery, began) == []
        await guarded_home.ha.start()
        await until(lambda: kitchen.live)
        # What Earlid turned off itself was turned off by no hand.
        assert await guarded_home.owner.value("select.kitchen_mode") == "automatic"
    finally:
        await make_run(guarded_home)
        await guarded_home.owner.wait_for("select.nursery_mode", "automatic")
        await enforce(guarded_home, True)
        await set_options(guarded_home.owner, guarded_home.earlid_entry, when_stopping="leave")
