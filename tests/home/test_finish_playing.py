"""A scheduled mute lets a speaker finish what it plays, and nothing else does."""

from datetime import UTC, datetime, timedelta

from tests.home.guarding import HABITS, mute_switch, mute_switches, promptly, stay
from virtual_home import VirtualHome
from virtual_home.waiting import until

PLAYER = {
    "platform": "universal",
    "name": "Kitchen player",
    "state_template": "{{ 'playing' if is_state('input_boolean.kitchen_plays', 'on') else 'idle' }}",
}


async def test_a_schedule_waits_for_the_music_and_a_person_who_leaves_does_not() -> None:
    switches = mute_switches(["Kitchen"])
    switches["input_boolean"]["kitchen_plays"] = {"name": "Kitchen plays"}
    configuration = switches | {"media_player": [PLAYER]}
    async with VirtualHome(plugs=["Kitchen"], earlid=True, boot=0.5, configuration=configuration) as home:
        owner, plug = home.owner, home.plugs["kitchen"]
        await home.guard(
            "kitchen",
            senses={"witnesses": ["media_player.kitchen_player"]},
            habits=HABITS | {"finish_playing": {"minutes": 5}},
        )
        await home.rule("presence", "Kitchen quiet", "mute", entities=[mute_switch("Kitchen")])
        await owner.call("input_boolean.turn_on", entity_id="input_boolean.kitchen_plays")
        await owner.wait_for("media_player.kitchen_player", "playing")
        begins = datetime.now(UTC) + timedelta(seconds=6)
        window = {"from": f"{begins:%H:%M:%S}", "to": f"{begins + timedelta(hours=1):%H:%M:%S}"}
        days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        await home.rule("schedule", "Night", "mute", days=days, **window)
        await owner.wait_for("sensor.kitchen_decided_by", "finishing_playback")
        await stay(home, {plug: True})
        await owner.call("input_boolean.turn_off", entity_id="input_boolean.kitchen_plays")
        await promptly(home, 2, lambda: not plug.live)
        await owner.wait_for("sensor.kitchen_decided_by", "Night")
        # Once it is over it does not begin anew: a cloud may go on saying that it plays.
        await owner.call("input_boolean.turn_on", entity_id="input_boolean.kitchen_plays")
        await stay(home, {plug: False})
        await owner.call("earlid.listen", entity_id="select.kitchen_mode", duration=60)
        await until(lambda: plug.live)
        await owner.call("earlid.resume", entity_id="select.kitchen_mode")
        await until(lambda: not plug.live)
