"""What becomes of the entity behind a relay, and how a speaker wants its relay treated."""

import asyncio
import time

from tests.home.guarding import HABITS, hush, hush_until_off, offs, repair_issues, saved, stay, unhush
from virtual_home import VirtualHome
from virtual_home.flows import change_subentry, remove_subentry, set_options, subentries
from virtual_home.waiting import until


async def subentry(home: VirtualHome, title: str) -> str:
    """Return the subentry of a speaker or rule."""
    assert home.earlid_entry is not None
    found = await subentries(home.owner, home.earlid_entry)
    return next(str(one["subentry_id"]) for one in found if one["title"] == title)


async def change_habits(home: VirtualHome, name: str, **habits: object) -> None:
    """Change a speaker's habits, and return when they are followed: the dialog's end does not wait for that."""
    assert home.earlid_entry is not None
    await change_subentry(home.owner, home.earlid_entry, await subentry(home, name), {"habits": habits})
    await asyncio.sleep(0.5)


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
    await owner.wait_for("sensor.nursery_microphone", "unknown")
    assert "relay_missing_nursery" in await repair_issues(guarded_home)
    breach = await owner.wait_for("binary_sensor.nursery_breach", "on", within=6)
    assert breach["attributes"]["cause"] == "relay_unreachable"
    await owner.disable_entity(plug.entity_id, disabled=False)
    # Home Assistant would do so by itself after 30 s.
    mqtt = await owner.get("/api/config/config_entries/entry?domain=mqtt")
    await owner.post(f"/api/config/config_entries/entry/{mqtt[0]['entry_id']}/reload")
    await owner.wait_for("binary_sensor.nursery_breach", "off", within=20)
    assert {"relay_missing_nursery", "breach_nursery"} & await repair_issues(guarded_home) == set()


async def test_a_missing_plug_of_a_speaker_that_may_listen_is_no_breach(guarded_home: VirtualHome) -> None:
    plug, owner = guarded_home.plugs["nursery"], guarded_home.owner
    await owner.remove_entity(plug.entity_id)
    try:
        await owner.wait_for("sensor.nursery_microphone", "unknown")
        assert "relay_missing_nursery" in await repair_issues(guarded_home)
        await asyncio.sleep(4)
        assert await owner.value("binary_sensor.nursery_breach") == "off"
        await hush(guarded_home, "nursery")
        await owner.wait_for("binary_sensor.nursery_breach", "on", within=6)
    finally:
        # Removing it from the registry also cleared its discovery.
        guarded_home.network.publish("homeassistant/status", "online")
        for announce in guarded_home.network._announcements:
            announce()
    await owner.wait_for(plug.entity_id, lambda state: state["state"] in ("on", "off"), within=20)
    await until(lambda: not plug.live)
    await owner.wait_for("binary_sensor.nursery_breach", "off")
    assert {"relay_missing_nursery", "breach_nursery"} & await repair_issues(guarded_home) == set()


async def test_a_speaker_that_is_only_observed_is_told_nothing(guarded_home: VirtualHome) -> None:
    plug, owner = guarded_home.plugs["nursery"], guarded_home.owner
    began = time.monotonic()
    await change_habits(guarded_home, "Nursery", enforce=False)
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
        await change_habits(guarded_home, "Nursery", enforce=True)
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
        began = time.monotonic()
        relay.press()
        await until(lambda: relay.live)
        assert time.monotonic() - began < 1
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
    await change_habits(guarded_home, "Nursery", enforce=False)
    try:
        began = time.monotonic()
        await guarded_home.ha.stop()
        assert not kitchen.live
        assert [one.says for one in guarded_home.truth.commands_to(kitchen, since=began)] == ["off"]
        # One that is only observed is told nothing then either.
        assert nursery.live
        assert offs(guarded_home, nursery, began) == []
        await guarded_home.ha.start()
        await until(lambda: kitchen.live)
        # What Earlid turned off itself was turned off by no hand.
        assert await guarded_home.owner.value("select.kitchen_mode") == "automatic"
    finally:
        if not guarded_home.ha.running:
            await guarded_home.ha.start()
        await guarded_home.owner.wait_for("select.nursery_mode", "automatic")
        await change_habits(guarded_home, "Nursery", enforce=True)
        await set_options(guarded_home.owner, guarded_home.earlid_entry, when_stopping="leave")
