"""How soon a plug is told to turn off after a sentence was recognized, against Home Assistant's own sentence for it.

Spoken to a simulated Wyoming satellite, through a real pipeline in a real Home Assistant and a real broker.
"""

import asyncio
from statistics import median
import time
from typing import Final

from virtual_home import Outlet, VirtualHome, flows
from virtual_home.talk import Talk, talk_to
from virtual_home.waiting import until

from .measured import Bar, Measured, Row, ratio

RUNS: Final = 9
TIMES: Final = 3
"""How often each is said in a run; the median counts, since any thread beside may take as long as all this takes."""
LIMIT: Final = 1.2
OURS: Final = "Earlid: mute the microphone in the office"
PEER: Final = "Home Assistant: turn off the office plug"
SAID: Final = {OURS: "mute the microphone in the office", PEER: "turn off the office plug"}
SETTLES: Final = 1.0  # s; a plug that comes on has no state of a start or of a hand to tell of any more


async def measure(short: bool) -> Measured:
    """Return how long each sentence took, in turns."""
    async with VirtualHome(plugs=("Office", "Hall"), satellites=("Hall",), persons=(), earlid=True, boot=0.5) as home:
        entry = str(home.earlid_entry)
        # Else the form of the office fills in the satellite: it is the only one that nobody guards.
        await flows.set_options(home.owner, entry, leave_alone=[home.assist.devices["hall"]])
        await home.guard("office", habits={"rest": 0, "boot": 1})
        await home.owner.wait_for("sensor.office_microphone", "live")
        talk, plug = await talk_to(home), home.plugs["office"]
        # The first of each loads what the others find in memory.
        for way in SAID:
            await _off(talk, plug, way)
        runs: dict[str, list[float]] = {way: [] for way in SAID}
        work = dict.fromkeys(SAID, 0)
        for run in range(2 if short else RUNS):
            took: dict[str, list[float]] = {way: [] for way in SAID}
            for _ in range(1 if short else TIMES):
                for way in list(SAID)[:: 1 if run % 2 else -1]:
                    offs = await _off(talk, plug, way)
                    took[way].append(1000 * (offs[0] - home.assist.stt.answered_at))
                    work[way] += len(offs)
            for way, values in took.items():
                runs[way].append(median(values))
    row = Row(label="one plug", size=1, runs=runs, work=work)
    says = f"OFF at the plug after the end of recognition: at most {LIMIT} of Home Assistant's own HassTurnOff"
    return Measured(
        name="voice",
        title="From a spoken sentence to OFF",
        unit="ms",
        proves=(
            "How long it takes from the moment in which the speech service has sent its text to the OFF that arrives "
            "at the plug: through Home Assistant's pipeline and sentences, Earlid's decision and Mosquitto."
        ),
        fooled_by=(
            "Speaking takes seconds and would hide any difference: it is not counted. Both sentences are said in "
            "turns to one satellite; each ends in one OFF that turns one plug off. The first of each is left out."
        ),
        rows=(row,),
        bars=(Bar(says=says, value=ratio(row, OURS, PEER), limit=LIMIT),),
        plot=False,
    )


async def _off(talk: Talk, plug: Outlet, way: str) -> list[float]:
    """Say it; return when each OFF reached the plug, monotonic. The plug is on again after."""
    home = talk.home
    since = time.monotonic()
    await talk.turn(SAID[way])
    await until(lambda: not plug.live)
    # What Home Assistant turns off is a hand's: a hold, as soon as the report of it is there.
    await home.owner.wait_for("binary_sensor.office_listening_allowed", "off")
    # After a hand Earlid says off once more: that comes when the plug is off already.
    switched = home.truth.switches_of(plug, since=since)[0].at.monotonic
    told = [one.at.monotonic for one in home.truth.commands_to(plug, since=since) if one.says == "off"]
    offs = [at for at in told if at <= switched]
    await home.owner.call("earlid.resume", entity_id="select.office_mode")
    await until(lambda: plug.live)
    await home.owner.wait_for("sensor.office_microphone", "live")
    await asyncio.sleep(SETTLES)
    return offs
