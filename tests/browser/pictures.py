"""Takes the README's pictures: `scripts/pictures`. A real Home Assistant in Chromium, with a week behind it.

What the time line shows of the past was recorded by Earlid in `tests/integration/a_day.py`, under a clock that was not
real; what the tiles show is true at the plugs of the virtual home while the picture is taken.
"""

import asyncio
from io import BytesIO
from pathlib import Path
import shutil
import sys

from PIL import Image
from playwright.async_api import Locator, expect

from tests.browser.face import Tile
from tests.browser.pictures_of_forms import take_forms
from virtual_home import Meter, VirtualHome
from virtual_home.browser import PHONE, Looks, People, View
from virtual_home.flows import set_up_earlid
from virtual_home.network import slugify

ROOMS = ("Kitchen", "Living room", "Bedroom", "Office", "Nursery")
TESTED = ("kitchen", "living_room")
PLAYS = 2.0  # W; idle it draws less
QUIET = ("Office", "Nursery")  # silent unless a rule allows
WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
LARGEST = 200_000  # bytes: the README loads all of them
WIDE = (1280, 1240)
BOARD = "family-board"


async def furnish(home: VirtualHome, past: Path) -> None:
    """Guard the rooms by the rules of those days, and let them be as on an evening."""
    shutil.copyfile(past, home.ha.directory / ".storage" / "earlid_journal.db")
    home.earlid_entry = await set_up_earlid(home.owner)
    areas = {one["name"].lower(): one["area_id"] for one in await home.owner.command("config/area_registry/list")}
    for room in ROOMS:
        if room.lower() not in areas:
            made = await home.owner.command("config/area_registry/create", name=room)
            areas[room.lower()] = made["area_id"]
        posture = {"posture": "mute"} if room in QUIET else {}
        habits = {"rest": 0, "boot": 1, "deadline": 3, "lease": 60} | posture
        await home.guard(slugify(room), relay_kind="zigbee2mqtt", habits=habits)
    people = [person.entity_id for person in home.persons.values()]
    await home.rule("presence", "Nobody home", "mute", entities=people, quantifier="none")
    await home.rule("schedule", "Night", "mute", days=WEEK, **{"from": "22:30:00", "to": "06:30:00"})
    office, nursery = {"from": "09:00:00", "to": "17:00:00"}, {"from": "18:30:00", "to": "20:15:00"}
    await home.rule("schedule", "Working hours", "allow", days=WEEK[:5], speakers=["office"], **office)
    await home.rule("schedule", "Bedtime story", "allow", days=WEEK, speakers=["nursery"], **nursery)
    # What woke today is counted from the journal at a start.
    await home.owner.post(f"/api/config/config_entries/entry/{home.earlid_entry}/reload")
    await home.owner.wait_for("select.nursery_mode", "automatic")
    await asyncio.sleep(3)
    for room, outcome in (("kitchen", "answered"), ("living_room", "unanswered"), ("nursery", "answered")):
        report = {"entity_id": f"select.{room}_mode", "outcome": outcome, "source": "led"}
        await home.owner.call("earlid.report_activation", report)
    for room in TESTED:
        await home.owner.call("button.press", entity_id=f"button.{room}_self_test")
    for room in TESTED:
        await home.owner.wait_for(f"sensor.{room}_assurance", lambda one: one["state"] != "untested", within=120)
        await home.owner.wait_for(f"sensor.{room}_microphone", "live", within=60)
    # Only a meter that was seen to read something since the start proves by its nothing.
    home.speakers["bedroom"].play()
    await home.owner.wait_for("sensor.bedroom_plug_power", lambda meter: float(meter["state"]) > PLAYS)
    await home.owner.call("earlid.mute", entity_id="select.bedroom_mode", duration=5400)
    # One thing is wrong, as it sometimes is: somebody turned a plug on by hand, and it hears no command.
    home.faults.deaf("office", 600)
    home.plugs["office"].press()
    await asyncio.sleep(5)


async def whole(view: View) -> Locator:
    """Return the page's panel once all is there, the time line drawn."""
    await Tile(view, "Bedroom").shows("off")
    await Tile(view, "Office").shows("exposed")
    panel = view.page.locator("earlid-panel")
    await expect(panel.locator("earlid-timeline canvas").last).to_be_visible()
    await view.page.wait_for_load_state("networkidle")
    await asyncio.sleep(2)
    return panel


def keep(picture: bytes, path: Path) -> None:
    """Write a picture with few colours, which is small; SystemExit if it is not small enough."""
    image = Image.open(BytesIO(picture)).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    image.save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.name}  {image.width} x {image.height}, {size / 1000:.0f} kB")  # noqa: T201
    if size > LARGEST:
        raise SystemExit(f"{path} has more than {LARGEST / 1000:.0f} kB")


async def take(home: VirtualHome, zone: str, folder: Path) -> None:
    """Take all pictures."""
    async with People(home.ha.url) as people:
        for name, looks in {
            "panel": Looks(size=WIDE, zone=zone),
            "panel-dark": Looks(size=WIDE, zone=zone, dark=True),
            "phone": Looks(size=PHONE, zone=zone),
            "phone-dark": Looks(size=PHONE, zone=zone, dark=True),
        }.items():
            view = await people.look(home.owner, "/earlid", looks)
            panel = await whole(view)
            keep(await view.page.screenshot(), folder / f"{name}.png")
            if name == "panel":
                for part in ("timeline", "wakes", "journal"):
                    sheet = panel.locator("section", has=view.page.locator(f"earlid-{part}"))
                    await sheet.scroll_into_view_if_needed()
                    await asyncio.sleep(1)
                    keep(await sheet.screenshot(), folder / f"{part}.png")
            await view.page.close()
        card = {"type": "custom:earlid-card", "title": "Who can hear us", "speakers": ["kitchen", "bedroom"]}
        await home.owner.command("lovelace/dashboards/create", url_path=BOARD, title="Family", mode="storage")
        board = {"views": [{"title": "Home", "type": "masonry", "cards": [card]}]}
        await home.owner.command("lovelace/config/save", url_path=BOARD, config=board)
        view = await people.look(home.owner, f"/{BOARD}/0", Looks(size=(820, 900), zone=zone))
        await Tile(view, "Bedroom").shows("off")
        await asyncio.sleep(1)
        keep(await view.page.locator("earlid-card").screenshot(), folder / "card.png")


async def main(past: Path, zone: str, folder: Path) -> None:
    """Bring up the homes and take the pictures."""
    await take_forms(folder, keep)
    async with VirtualHome(
        plugs=ROOMS,
        earlid=True,
        set_up=False,
        boot=0.5,
        meter=Meter(delay=0.3),
        time_zone=zone,
        recorder=True,
        configuration={"history": None, "logbook": None},
    ) as home:
        await furnish(home, past)
        await take(home, zone, folder)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
