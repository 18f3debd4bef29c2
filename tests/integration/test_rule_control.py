"""Who may turn a rule, also so that it lets listen; and that the page says the same as its switch."""

from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.integration.browsers import open_browser
from tests.integration.homes import guard_home, plug_in, rule, speaker

pytestmark = pytest.mark.attack

SEES = {"all": {"read": True}}
CONTROL = {"read": True, "control": True}
NIGHT: dict[str, Any] = {"kind": "schedule", "days": ["mon"], "from": "22:00:00", "to": "06:00:00"}
SWITCHES = ("night", "guests", "home", "nobody")
SWITCH_ONLY = {"entities": SEES | {"domains": {"switch": CONTROL}}}
KITCHEN_TOO = {"entities": SEES | {"domains": {"switch": CONTROL}, "entity_ids": {"select.kitchen_mode": CONTROL}}}
SPEAKERS_ONLY = {"entities": SEES | {"domains": {"select": CONTROL}}}
BOTH = {"entities": SEES | {"domains": {"select": CONTROL, "switch": CONTROL}}}
# By policy, the turns that can end in listening, of a rule for the kitchen, of one for both, and of one for all.
MAY: dict[str, tuple[dict[str, Any], dict[str, bool]]] = {
    "switch": (SWITCH_ONLY, {"night": False, "guests": False, "home": False, "nobody": True}),
    "switch and kitchen": (KITCHEN_TOO, {"night": True, "guests": False, "home": False, "nobody": True}),
    "speakers": (SPEAKERS_ONLY, {"night": False, "guests": False, "home": False, "nobody": False}),
    "both": (BOTH, {"night": True, "guests": True, "home": True, "nobody": True}),
}


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    plug_in(hass, "kitchen", "bath")
    return await guard_home(
        hass,
        speaker("kitchen", "light.kitchen"),
        speaker("bath", "light.bath"),
        rule("night", speakers=["kitchen"], **NIGHT),
        rule("guests", "allow", speakers=["kitchen", "bath"], **NIGHT),
        rule("home", **NIGHT),
        rule("nobody", speakers=["gone"], **NIGHT),
    )


def user(hass: HomeAssistant, policy: dict[str, Any]) -> Context:
    one = MockUser().add_to_hass(hass)
    one.mock_policy(policy)
    return Context(user_id=one.id)


async def turn(hass: HomeAssistant, slug: str, *, on: bool, context: Context | None = None) -> None:
    action = "turn_on" if on else "turn_off"
    target = {"entity_id": f"switch.earlid_rule_{slug}"}
    await hass.services.async_call("switch", action, target, blocking=True, context=context)


@pytest.mark.parametrize(("policy", "may"), MAY.values(), ids=MAY)
async def test_what_can_end_in_listening_takes_control_of_the_switch_and_of_each_speaker(
    hass: HomeAssistant, entry: MockConfigEntry, policy: dict[str, Any], may: dict[str, bool]
) -> None:
    await turn(hass, "guests", on=False)
    done = {}
    for slug in SWITCHES:
        try:
            await turn(hass, slug, on=slug == "guests", context=user(hass, policy))
        except Unauthorized:
            done[slug] = False
        else:
            done[slug] = True
        assert entry.runtime_data.rules[slug].enabled is (done[slug] is (slug == "guests"))
    assert done == may


async def test_who_is_refused_for_a_speaker_is_told_which(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert entry.entry_id
    with pytest.raises(Unauthorized) as refused:
        await turn(hass, "night", on=False, context=user(hass, SWITCH_ONLY))
    assert str(refused.value) == "You are not allowed to control Kitchen"


async def test_what_mutes_takes_control_of_the_switch_alone(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    context = user(hass, SWITCH_ONLY)
    await turn(hass, "guests", on=False, context=context)
    assert entry.runtime_data.rules["guests"].enabled is False
    for slug in ("night", "home"):
        await turn(hass, slug, on=False)
        await turn(hass, slug, on=True, context=context)
        assert entry.runtime_data.rules[slug].enabled is True


@pytest.mark.parametrize(("policy", "may"), MAY.values(), ids=MAY)
async def test_the_page_is_told_what_the_switch_would_answer(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    policy: dict[str, Any],
    may: dict[str, bool],
) -> None:
    assert entry.entry_id
    told = await (await open_browser(hass, hass_ws_client, policy)).follow()
    rules = {one["slug"]: one for one in told["rules"]}
    assert rules.keys() == {"night", "guests", "home"}, "of one for nobody who is there, others learn nothing"
    for slug, one in rules.items():
        assert one["may_control"] is (policy is not SPEAKERS_ONLY)
        assert (one["may_control"] and one["may_control_speakers"]) is may[slug]


async def test_a_rule_whose_speakers_have_gone_is_told_to_administrators_as_one_for_nobody(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    """Only they could change it, or take it away."""
    assert entry.entry_id
    told = await (await open_browser(hass, hass_ws_client, None)).follow()
    assert {one["slug"]: one["speakers"] for one in told["rules"]} == {
        "night": ["Kitchen"],
        "guests": ["Bath", "Kitchen"],
        "home": None,
        "nobody": [],
    }
