"""A large home with a month behind it, in which somebody opens the panel."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from virtual_home import VirtualHome
from virtual_home.browser import People, View
from virtual_home.home import room_names
from virtual_home.network import slugify

from .month import FILE, write_month

PANEL: Final = "/earlid"
NOTHING: Final = "/empty"
EMPTY: Final = "customElements.define('empty-panel', class extends HTMLElement { connectedCallback() { %s } });"
DRAWN: Final = {
    NOTHING: "() => Boolean(window.drawn)",
    # Every tile, and every lane with more than its ground in it.
    PANEL: """() => {
      const find = (root, what, into = []) => {
        for (const one of root.querySelectorAll('*')) {
          if (one.matches(what)) into.push(one);
          if (one.shadowRoot) find(one.shadowRoot, what, into);
        }
        return into;
      };
      const panel = find(document, 'earlid-panel')[0];
      if (!panel?.shadowRoot) return false;
      const lanes = find(panel.shadowRoot, '.lane canvas');
      if (find(panel.shadowRoot, 'article').length < SPEAKERS || lanes.length < SPEAKERS) return false;
      const last = lanes.at(-1);
      if (!last.width) return false;
      const {data} = last.getContext('2d').getImageData(0, 0, last.width, last.height);
      return new Set(new Uint32Array(data.buffer)).size > 3;
    }""",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """The home, and who looks at it."""

    home: VirtualHome
    people: People
    slugs: list[str]

    async def drawn(self, view: View, path: str) -> None:
        """Wait until all of a page is there."""
        await view.page.wait_for_function(DRAWN[path].replace("SPEAKERS", str(len(self.slugs))), polling=50)

    async def opened(self, path: str) -> View:
        """Return a page once it is painted."""
        view = await self.people.look(self.home.owner, path)
        await self.drawn(view, path)
        await asyncio.sleep(1)
        return view


@asynccontextmanager
async def staged(speakers: int, records: int) -> AsyncIterator[Stage]:
    """Give a home of so many speakers, with so many records behind it, and an empty page of its own."""
    rooms = room_names(speakers)
    slugs = [slugify(room) for room in rooms]
    page = {"name": "empty-panel", "url_path": "empty", "sidebar_title": "Empty", "module_url": "/local/empty-panel.js"}
    with TemporaryDirectory() as name:
        _furnish(Path(name) / "home-assistant", slugs, records)
        async with (
            VirtualHome(
                plugs=rooms, earlid=True, boot=0.5, configuration={"panel_custom": [page]}, directory=Path(name)
            ) as home,
            People(home.ha.url) as people,
        ):
            await _guard(home, slugs)
            yield Stage(home, people, slugs)


def _furnish(place: Path, slugs: list[str], records: int) -> None:
    """Put the past and the empty page where Home Assistant finds them at its start."""
    for folder in (".storage", "www"):
        (place / folder).mkdir(parents=True)
    write_month(place / ".storage" / FILE, slugs, records=records)
    drawn = "requestAnimationFrame(() => { window.drawn = true; });"
    (place / "www/empty-panel.js").write_text(EMPTY % drawn, encoding="utf-8")


async def _guard(home: VirtualHome, slugs: list[str]) -> None:
    """Guard all rooms, by two rules."""
    for slug in slugs:
        await home.guard(slug, habits={"rest": 0, "boot": 1})
    people = [person.entity_id for person in home.persons.values()]
    await home.rule("presence", "Nobody home", "mute", entities=people, quantifier="none")
    await home.rule("schedule", "Night", "mute", **{"from": "22:00:00", "to": "07:00:00"})
    await home.wait_until_ready()
