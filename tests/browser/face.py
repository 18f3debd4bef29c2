"""What people see and press: the panel's and the card's parts, found by what they are."""

from pathlib import Path
from typing import Any

from playwright.async_api import Locator, expect

from virtual_home.browser import PATIENCE, View

AXE = Path(__file__).resolve().parents[2] / "frontend/node_modules/axe-core/axe.min.js"
MOST_STOPS = 400  # of the Tab key; a panel of three speakers has some 40

expect.set_options(timeout=PATIENCE * 1000)

# `deep`: the elements below a root, through all shadow roots; `name`: what a control is called, and where it stands.
SCRIPT = """
function* deep(root) {
  for (const one of root.querySelectorAll('*')) {
    yield one;
    if (one.shadowRoot) yield* deep(one.shadowRoot);
  }
}
const inside = (part) => [...(part.shadowRoot ? deep(part.shadowRoot) : []), ...deep(part)];
const name = (one) => {
  const said = one.getAttribute('aria-label') || one.innerText || one.getAttribute('title') || one.type || '';
  const host = one.getRootNode().host;
  const place = host?.shadowRoot?.querySelector('article')?.getAttribute('aria-label') || host?.localName || '';
  return `${place}: ${said.trim().replace(/\\s+/g, ' ')}`;
};
const focused = () => {
  let one = document.activeElement;
  while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  return one;
};
"""


class Tile:
    """A speaker at a glance."""

    def __init__(self, view: View, name: str) -> None:
        """Find it by its name; it need not be there yet."""
        self.root = view.page.get_by_role("article", name=name, exact=True)

    async def shows(self, look: str) -> None:
        """Return once it has this look: a proof, or how that begins, or `exposed`."""
        await expect(self.root.locator(f'.word[data-look^="{look}"]')).to_be_visible()

    async def seen(self, look: str) -> float:
        """Return when it was painted with this look, as `time.time`; to be begun before what it waits for."""
        painted: float = await self.root.evaluate(
            """(tile, look) => new Promise((seen) => {
              const now = () => (performance.timeOrigin + performance.now()) / 1000;
              const again = () => tile.querySelector(`.word[data-look^="${look}"]`)
                ? requestAnimationFrame(() => setTimeout(() => seen(now())))
                : requestAnimationFrame(again);
              again();
            })""",
            look,
        )
        return painted

    def button(self, deed: str) -> Locator:
        """Find the button that does this."""
        return self.root.locator(f'button[data-deed="{deed}"]')

    async def press(self, deed: str) -> None:
        """Press it, once it can be."""
        await expect(self.button(deed)).to_have_attribute("aria-disabled", "false")
        await self.button(deed).click()


async def violations(part: Locator) -> list[str]:
    """Return what axe-core finds seriously or critically wrong within a part of the page."""
    if not await part.page.evaluate("'axe' in window"):
        await part.page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = await part.evaluate(
        "async (part) => (await axe.run(part, {resultTypes: ['violations']})).violations"
    )
    # One for each rule and place: a table has it in each row.
    told = {
        (one["id"], str(node["target"][0][-2:])): f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    }
    return list(told.values())


async def controls(part: Locator) -> list[str]:
    """Return the names of all that can be pressed or typed into within a part of the page."""
    found: list[str] = await part.evaluate(
        f"""(part) => {{ {SCRIPT}
          const pressed = 'button, input, select, summary, a[href], [tabindex="0"]';
          const can = (one) => one.matches(pressed) && one.tabIndex >= 0 && !one.disabled && one.checkVisibility();
          return inside(part).filter(can).map(name);
        }}"""
    )
    return found


async def stops(part: Locator) -> tuple[list[str], list[str]]:
    """Press Tab through a part of the page; return where it stopped, and where of these nothing showed that it did."""
    reached: list[str] = []
    seen: set[str] = set()
    for _ in range(MOST_STOPS):
        await part.page.keyboard.press("Tab")
        stop: dict[str, Any] = await part.evaluate(
            f"""(part) => {{ {SCRIPT}
              const one = focused();
              const {{outlineStyle, outlineWidth, boxShadow}} = getComputedStyle(one);
              const seen = (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
              return {{ours: inside(part).includes(one), name: name(one), seen}};
            }}"""
        )
        if stop["ours"]:
            reached.append(stop["name"])
            if stop["seen"]:
                seen.add(stop["name"])
        elif reached:
            break
    # A date has four stops within itself, and Chromium draws that around its calendar where no script can look.
    return reached, [one for one in reached if one not in seen]


async def sideways(part: Locator) -> float:
    """Return by how many pixels something in this part stands out of the window; 0: nothing does."""
    wide: float = await part.evaluate(
        "() => Math.max(0, document.scrollingElement.scrollWidth - document.documentElement.clientWidth)"
    )
    return wide


class Hand:
    """A hand on the mouse and the keyboard that counts what it does."""

    def __init__(self, view: View) -> None:
        """Rest on a page."""
        self.view = view
        self.clicks = 0
        self.fields = 0

    async def click(self, what: Locator) -> None:
        """Click something once it is there."""
        self.clicks += 1
        await what.click()

    async def press(self, *names: str) -> None:
        """Click the button of a dialog or a page that has one of these names."""
        page = self.view.page
        button = page.get_by_role("button", name=names[0], exact=True)
        for name in names[1:]:
            button = button.or_(page.get_by_role("button", name=name, exact=True))
        await self.click(button.locator("visible=true").last)

    async def type(self, text: str) -> None:
        """Type where the cursor is."""
        self.fields += 1
        await self.view.page.keyboard.type(text)
