"""What a language model learns of the microphones and does to them: it is obeyed in one direction."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_READ_ONLY, GROUP_ID_USER
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er, llm
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.model import Outcome

from .homes import Plug, guard_home, plug_in, rule, settled, shown, speaker

pytestmark = pytest.mark.usefixtures("plugs")

READING = {"earlid__status", "earlid__explain", "earlid__journal_summary"}
SCRIPTS = {
    "evening": {"sequence": [{"action": "earlid.resume", "target": {"entity_id": "all"}}]},
    "listen": {
        "sequence": [
            {"action": "earlid.listen", "target": {"entity_id": "sensor.kitchen_microphone"}, "data": {"duration": 60}}
        ]
    },
}
type Asked = Callable[..., Awaitable[Any]]


@pytest.fixture
def plugs(hass: HomeAssistant) -> dict[str, Plug]:
    return plug_in(hass, "kitchen_plug", "bath_plug", "attic_plug")


async def live_in(hass: HomeAssistant, **options: Any) -> MockConfigEntry:
    """Return a home with Assist, three speakers of which two stand in rooms, and a rule for the night."""
    for component in ("homeassistant", "conversation"):
        assert await async_setup_component(hass, component, {})
    assert await async_setup_component(hass, "script", {"script": SCRIPTS})
    for script in SCRIPTS:
        async_expose_entity(hass, "conversation", f"script.{script}", should_expose=True)
    night = rule("night", kind="schedule", days=["mon"], speakers=["bath"], **{"from": "22:00", "to": "06:00"})
    entry = await guard_home(
        hass,
        speaker("kitchen", "light.kitchen_plug"),
        speaker("bath", "light.bath_plug") | {"title": "Echo Dot"},
        speaker("attic", "light.attic_plug"),
        night,
        options=options,
    )
    areas, devices = ar.async_get(hass), dr.async_get(hass)
    for slug, area in (("kitchen", "Cooking corner"), ("bath", "Upstairs bath")):
        device = devices.async_get_device_by_identifier(("earlid", f"{entry.entry_id}_{slug}"), entry.entry_id)
        assert device is not None
        devices.async_update_device(device.id, area_id=areas.async_create(area, aliases={f"{slug} room"}).id)
    return entry


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    return await live_in(hass)


@pytest.fixture
async def trusting(hass: HomeAssistant) -> MockConfigEntry:
    """Return a home in which agents may let speakers listen."""
    return await live_in(hass, agents_may_listen=True)


async def conversation(hass: HomeAssistant, context: Context | None = None, **about: Any) -> llm.APIInstance:
    """Begin a conversation with a model that is given the tools of Assist."""
    told = {"platform": "test", "language": "en", "assistant": "conversation", "device_id": None} | about
    return await llm.async_get_api(hass, "assist", llm.LLMContext(context=context or Context(), **told))


@pytest.fixture
def call(hass: HomeAssistant) -> Asked:
    """Return what lets a model call one of Earlid's tools in a conversation of its own."""

    async def calling(tool: str, context: Context | None = None, **args: Any) -> llm.ToolResult:
        talk = await conversation(hass, context)
        return await talk.async_call_tool(llm.ToolInput(tool_name=f"earlid__{tool}", tool_args=args))

    return calling


async def of(hass: HomeAssistant, group_id: str) -> Context:
    group = await hass.auth.async_get_group(group_id)
    assert group is not None
    return Context(user_id=MockUser(groups=[group]).add_to_hass(hass).id)


def muted(entry: MockConfigEntry) -> list[str]:
    return [slug for slug, view in entry.runtime_data.speakers.items() if view.holds.mute is not None]


def listening(entry: MockConfigEntry) -> list[str]:
    return [slug for slug, view in entry.runtime_data.speakers.items() if view.holds.listen is not None]


def wrong(result: Any) -> str:
    """Return what is wrong with a call."""
    assert result.error, result.data
    return str(result.data["error"])


# What there is.


async def tools(hass: HomeAssistant) -> dict[str, llm.Tool]:
    return {tool.name: tool for tool in (await conversation(hass)).tools if tool.name.startswith("earlid__")}


async def test_a_model_is_offered_to_mute_and_never_to_let_listen(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert entry.options == {}
    offered = await tools(hass)
    assert set(offered) == READING | {"earlid__mute"}
    assert {name for name, tool in offered.items() if tool.annotations.read_only} == READING
    assert all(tool.integration == "earlid" and tool.title and tool.description for tool in offered.values())
    assert not any(tool.annotations.open_world for tool in offered.values())
    assert "cannot let one listen" in (await conversation(hass)).api_prompt


@pytest.mark.usefixtures("trusting")
async def test_where_agents_may_it_is_offered_as_what_takes_something_away(hass: HomeAssistant) -> None:
    offered = await tools(hass)
    assert set(offered) == READING | {"earlid__mute", "earlid__listen"}
    assert offered["earlid__listen"].annotations.destructive
    assert not offered["earlid__mute"].annotations.destructive
    assert "cannot" not in (await conversation(hass)).api_prompt


async def test_while_earlid_is_not_loaded_there_are_none_and_one_that_was_kept_says_so(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    talk = await conversation(hass)
    await hass.config_entries.async_unload(entry.entry_id)
    assert await tools(hass) == {}
    kept = await talk.async_call_tool(llm.ToolInput(tool_name="earlid__mute", tool_args={"everywhere": True}))
    assert "not set up" in wrong(kept)


# Asking.


async def test_who_can_hear_how_sure_why_and_until_when(
    hass: HomeAssistant, entry: MockConfigEntry, call: Asked
) -> None:
    await entry.runtime_data.mute(["kitchen"], timedelta(minutes=5), None)
    hass.states.async_set("light.attic_plug", "unavailable")
    await settled(hass, entry)
    told = (await call("status")).data
    kitchen, bath, attic = told["speakers"]
    assert told["lockdown"] is False
    assert (kitchen["name"], kitchen["can_hear"], kitchen["may_listen"]) == ("Kitchen", "no", False)
    assert "nothing independent proves it" in kitchen["how_sure"]
    assert kitchen["because"] == "hold"
    until = dt_util.parse_datetime(kitchen["until"])
    assert until is not None
    assert abs(until - dt_util.utcnow() - timedelta(minutes=5)) < timedelta(seconds=30)
    assert until.utcoffset() == dt_util.now().utcoffset()
    assert (bath["name"], bath["can_hear"], bath["may_listen"]) == ("Echo Dot", "yes", True)
    assert "nothing turns it off" in bath["if_home_assistant_fails"]
    assert (attic["can_hear"], "counts as able to hear" in attic["how_sure"]) == ("unknown", True)


async def test_one_is_asked_about_by_its_name_and_a_room_by_its_own(entry: MockConfigEntry, call: Asked) -> None:
    assert entry.runtime_data.speakers
    for told in ({"speakers": ["echo dot"]}, {"areas": ["UPSTAIRS bath"]}, {"areas": "bath room"}):
        assert [one["name"] for one in (await call("status", **told)).data["speakers"]] == ["Echo Dot"]


async def test_why_a_speaker_may_not_listen_comes_with_what_lost_and_what_will_change(
    entry: MockConfigEntry, call: Asked
) -> None:
    await entry.runtime_data.mute(["kitchen"], timedelta(minutes=5), None)
    (why,) = (await call("explain", speaker="Kitchen", hours=1)).data["speakers"]
    assert why["decision"]["because"]["kind"] == "hold"
    assert [vote["kind"] for vote in why["trace"]] == ["posture"]
    assert [flip["may_listen"] for flip in why["plan"]] == [True]


async def test_what_happened_today_and_in_the_last_hours_is_counted(
    hass: HomeAssistant, entry: MockConfigEntry, call: Asked, freezer: FrozenDateTimeFactory
) -> None:
    home = entry.runtime_data
    freezer.move_to(dt_util.start_of_local_day() + timedelta(days=1, hours=1))
    home.report_activation("kitchen", Report(source="led", outcome=Outcome.UNANSWERED))
    freezer.tick(timedelta(hours=8))
    home.report_activation("kitchen", Report(source="led", outcome=Outcome.ANSWERED))
    await home.mute(["bath"], None, None)
    home.report_activation("bath", Report(source="led", outcome=Outcome.UNKNOWN))
    freezer.tick(timedelta(minutes=1))
    await settled(hass, entry)
    today = (await call("journal_summary")).data
    assert (today["all"]["activations"], today["all"]["unanswered"], today["all"]["breaches"]) == (3, 1, 1)
    assert today["all"]["unanswered_share"] == pytest.approx(1 / 3)
    lately = (await call("journal_summary", hours=2)).data
    assert lately["all"]["activations"] == 2
    kitchen, bath, attic = lately["speakers"]
    assert (kitchen["name"], kitchen["activations"], kitchen["unanswered"]) == ("Kitchen", 1, 0)
    assert (bath["not_allowed"], bath["breaches"]) == (1, 1)
    assert attic["breaches"] == 0
    (alone,) = (await call("journal_summary", speakers=["Kitchen"])).data["speakers"]
    assert alone["activations"] == 2


async def test_what_was_said_and_noted_goes_to_no_model(hass: HomeAssistant, call: Asked) -> None:
    entry = await live_in(hass, store_transcripts=True)
    entry.runtime_data.report_activation(
        "kitchen", Report(source="led", outcome=Outcome.ANSWERED, note="the secret word")
    )
    await settled(hass, entry)
    answers = [
        await call("status"),
        await call("explain", speaker="kitchen"),
        await call("journal_summary", hours=1),
        await call("mute", speakers=["kitchen"]),
    ]
    assert not any(answer.error for answer in answers)
    assert "secret" not in json.dumps([answer.data for answer in answers])


async def test_who_may_not_see_a_speaker_does_not_hear_of_it_from_a_model_either(
    hass: HomeAssistant, entry: MockConfigEntry, call: Asked
) -> None:
    group = await hass.auth.async_get_group(GROUP_ID_USER)
    user = MockUser(groups=[group]).add_to_hass(hass)  # type: ignore[list-item]
    user.mock_policy({"entities": {"entity_ids": {"sensor.kitchen_microphone": True}}})
    context = Context(user_id=user.id)
    assert [one["name"] for one in (await call("status", context)).data["speakers"]] == ["Kitchen"]
    said = wrong(await call("explain", context, speaker="Echo Dot"))
    assert said == wrong(await call("explain", context, speaker="Nobody")).replace("Nobody", "Echo Dot")
    assert "control Kitchen" in wrong(await call("mute", context, everywhere=True))
    assert muted(entry) == []


# Muting.


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ({"speakers": ["Kitchen"]}, ["kitchen"]),
        ({"speakers": "  echo-dot "}, ["bath"]),
        ({"speakers": ["the loo"]}, ["bath"]),
        ({"speakers": ["Kitchen", "attic"]}, ["kitchen", "attic"]),
        ({"speakers": ["Cooking Corner"]}, ["kitchen"]),
        ({"areas": ["bath room"], "speakers": ["attic"], "minutes": 3}, ["bath", "attic"]),
        ({"everywhere": True, "minutes": None, "speakers": []}, ["kitchen", "bath", "attic"]),
    ],
)
async def test_a_model_mutes_by_names_other_names_and_rooms(
    hass: HomeAssistant, entry: MockConfigEntry, call: Asked, told: dict[str, Any], meant: list[str]
) -> None:
    er.async_get(hass).async_update_entity("select.bath_mode", aliases=["the Loo"])
    done = await call("mute", await of(hass, GROUP_ID_USER), **told)
    assert not done.error, done.data
    await settled(hass, entry)
    assert muted(entry) == meant
    plugs = ("kitchen", "bath", "attic")
    assert [slug for slug in plugs if shown(hass, f"light.{slug}_plug").state == "off"] == meant
    holds = [entry.runtime_data.speakers[slug].holds.mute.until for slug in meant]
    assert all((until is None) is (told.get("minutes") is None) for until in holds)


async def test_where_a_room_and_a_speaker_have_one_name_both_are_muted_and_one_is_let_listen(
    hass: HomeAssistant, trusting: MockConfigEntry, call: Asked
) -> None:
    areas = ar.async_get(hass)
    areas.async_update(areas.async_get_or_create("Upstairs bath").id, name="Kitchen")
    await call("listen", speakers=["Kitchen"], minutes=5)
    assert listening(trusting) == ["kitchen"]
    await call("mute", speakers=["Kitchen"])
    assert muted(trusting) == ["kitchen", "bath"]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({}, "Name the speakers"),
        ({"speakers": [""]}, "No speaker or room is called"),
        ({"speakers": ["?!"]}, "The speakers are: Kitchen, Echo Dot, Attic"),
        ({"speakers": ["Fridge"]}, "No speaker or room is called Fridge"),
        ({"speakers": ["Kitchen", "Fridge"]}, "Fridge"),
        ({"speakers": ["Echo"]}, "Similar names: Echo Dot"),
        ({"speakers": ["Twin"]}, "can mean any of these: Kitchen, Attic"),
        ({"areas": ["Garage"]}, "Rooms with one: Cooking corner, Upstairs bath"),
        ({"speakers": ["Kitchen"], "minutes": 0}, "longer than nothing"),
        ({"speakers": ["Kitchen"], "minutes": -5}, "longer than nothing"),
        ({"speakers": ["Kitchen"], "minutes": float("inf")}, "no usable duration"),
        ({"speakers": ["Kitchen"], "minutes": float("nan")}, "no usable duration"),
        ({"speakers": ["Kitchen"], "minutes": 1e300}, "no usable duration"),
        ({"speakers": ["Kitchen"], "minutes": True}, "no usable duration"),
        ({"speakers": ["Kitchen"], "minutes": "for ever"}, "minutes"),
        ({"speakers": ["Kitchen"], "seconds": 5}, "seconds"),
        ({"speakers": [{"name": "Kitchen"}]}, "speakers"),
        ({"everywhere": "no"}, "everywhere"),
    ],
)
async def test_what_makes_no_sense_is_said_in_words_and_changes_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, call: Asked, told: dict[str, Any], says: str
) -> None:
    for entity in ("select.kitchen_mode", "select.attic_mode"):
        er.async_get(hass).async_update_entity(entity, aliases=["Twin"])
    assert says in wrong(await call("mute", **told))
    assert muted(entry) == []


@pytest.mark.parametrize("told", [{"speaker": "Kitchen", "hours": 0}, {"speaker": "Kitchen", "hours": 1e9}, {}])
@pytest.mark.usefixtures("entry")
async def test_a_question_that_makes_no_sense_is_answered_in_words(call: Asked, told: dict[str, Any]) -> None:
    assert wrong(await call("explain", **told))


@pytest.mark.parametrize("hours", [0, -1, 1e9, float("nan")])
@pytest.mark.usefixtures("entry")
async def test_a_time_that_is_none_or_too_long_is_not_summed_up(call: Asked, hours: float) -> None:
    assert wrong(await call("journal_summary", hours=hours))


# A model that wants a speaker to listen.


UNMUTING: dict[str, tuple[str, dict[str, Any]]] = {
    "Earlid's tool, which is not offered": ("earlid__listen", {"speakers": ["kitchen"], "minutes": 5}),
    "a shorter mute": ("earlid__mute", {"everywhere": True, "minutes": 0.001}),
    "the switch of a rule": ("intent__HassTurnOff", {"name": "Earlid Night", "domain": ["switch"]}),
    "a script that resumes": ("script__evening", {}),
    "a script that lets listen": ("script__listen", {}),
}


async def unmute(talk: llm.APIInstance, tool: str, args: dict[str, Any]) -> str:
    """Let a model call any tool of Assist; return what it is told."""
    name = next((one.name for one in talk.tools if one.name in (tool, tool.partition("__")[2])), tool)
    try:
        return str((await talk.async_call_tool(llm.ToolInput(tool_name=name, tool_args=args))).data)
    except HomeAssistantError as error:
        return str(error)


@pytest.mark.attack
@pytest.mark.parametrize("asked", UNMUTING)
@pytest.mark.parametrize("user", [None, GROUP_ID_ADMIN])
async def test_a_model_that_was_talked_into_it_cannot_end_a_silence(
    hass: HomeAssistant, entry: MockConfigEntry, plugs: dict[str, Plug], user: str | None, asked: str
) -> None:
    home = entry.runtime_data
    await home.mute(["kitchen", "bath", "attic"], None, None)
    await settled(hass, entry)
    before = {slug: (view.holds, view.decision.may_listen) for slug, view in home.speakers.items()}
    talk = await conversation(hass, None if user is None else await of(hass, user))
    said = await unmute(talk, *UNMUTING[asked])
    await settled(hass, entry)
    assert {slug: (view.holds, view.decision.may_listen) for slug, view in home.speakers.items()} == before, said
    assert home.rules["night"].enabled
    assert all(plug.commands == ["off"] for plug in plugs.values())


@pytest.mark.attack
@pytest.mark.parametrize("may", [False, True])
async def test_no_model_lifts_lockdown_nor_lets_listen_what_it_silences(hass: HomeAssistant, may: bool) -> None:
    entry = await live_in(hass, agents_may_listen=may)
    await entry.runtime_data.set_lockdown(on=True, context=None)
    talk = await conversation(hass, await of(hass, GROUP_ID_ADMIN))
    await unmute(talk, "intent__HassTurnOff", {"name": "Earlid Lockdown", "domain": ["switch"]})
    for tool, args in UNMUTING.values():
        await unmute(talk, tool, args)
    await settled(hass, entry)
    assert entry.runtime_data.lockdown
    assert listening(entry) == []
    assert shown(hass, "binary_sensor.kitchen_listening_allowed").state == "off"


@pytest.mark.attack
async def test_a_plug_that_a_model_turns_on_is_off_again(
    hass: HomeAssistant, entry: MockConfigEntry, plugs: dict[str, Plug]
) -> None:
    await entry.runtime_data.mute(["kitchen"], None, None)
    await settled(hass, entry)
    talk = await conversation(hass)
    await unmute(talk, "intent__HassTurnOn", {"name": "kitchen plug", "domain": ["light"]})
    await settled(hass, entry)
    assert plugs["kitchen_plug"].commands == ["off", "on", "off"]
    assert shown(hass, "light.kitchen_plug").state == "off"


async def test_what_a_person_calls_is_not_taken_for_a_models(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """The conversation of one is not another's, though the same person holds both."""
    await entry.runtime_data.mute(["kitchen"], None, None)
    led = await of(hass, GROUP_ID_ADMIN)
    await conversation(hass, led)
    await hass.services.async_call(
        "earlid", "resume", {"entity_id": "all"}, blocking=True, context=Context(user_id=led.user_id)
    )
    assert muted(entry) == []


async def test_a_model_may_let_listen_where_the_household_says_so(
    hass: HomeAssistant, trusting: MockConfigEntry, call: Asked
) -> None:
    done = await call("listen", await of(hass, GROUP_ID_USER), speakers=["Kitchen"], minutes=5)
    assert not done.error, done.data
    assert listening(trusting) == ["kitchen"]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"speakers": ["Kitchen"]}, "minutes"),
        ({"minutes": 5}, "Name the speakers"),
        ({"speakers": ["Kitchen"], "minutes": 721}, "at most 12 hours"),
        ({"everywhere": True, "minutes": 5}, "everywhere"),
    ],
)
async def test_it_never_lets_all_listen_nor_without_an_end(
    trusting: MockConfigEntry, call: Asked, told: dict[str, Any], says: str
) -> None:
    assert says in wrong(await call("listen", **told))
    assert listening(trusting) == []


async def test_what_someone_muted_it_does_not_let_listen_beneath_that(trusting: MockConfigEntry, call: Asked) -> None:
    await call("mute", speakers=["Kitchen"])
    assert "Someone muted these speakers: Kitchen." in wrong(await call("listen", speakers=["Kitchen"], minutes=5))
    assert (muted(trusting), listening(trusting)) == (["kitchen"], [])


@pytest.mark.parametrize(
    ("group", "may"), [(GROUP_ID_ADMIN, True), (GROUP_ID_USER, False), (GROUP_ID_READ_ONLY, False), (None, False)]
)
async def test_under_admins_a_model_may_what_the_administrator_may_who_talks_with_it(
    hass: HomeAssistant, call: Asked, group: str | None, may: bool
) -> None:
    entry = await live_in(hass, agents_may_listen=True, who_may_allow="admins")
    done = await call("listen", None if group is None else await of(hass, group), speakers=["Kitchen"], minutes=5)
    assert done.error is not may
    assert listening(entry) == (["kitchen"] if may else [])


@pytest.mark.parametrize("told_by", ["context", "device"])
async def test_what_a_model_wants_that_was_talked_to_at_a_satellite_counts_as_voice(
    hass: HomeAssistant, told_by: str
) -> None:
    entry = await live_in(hass, agents_may_listen=True, voice_allow_from=["assist_satellite.study"])
    heard = Context()
    if told_by == "context":
        hass.states.async_set("assist_satellite.hall", "processing", context=heard)
    talk = await conversation(hass, heard, device_id="hall" if told_by == "device" else None)
    asked = llm.ToolInput(tool_name="earlid__listen", tool_args={"speakers": ["Kitchen"], "minutes": 5})
    assert wrong(await talk.async_call_tool(asked))
    assert listening(entry) == []
    typed = await conversation(hass, await of(hass, GROUP_ID_USER))
    assert not (await typed.async_call_tool(asked)).error
    assert listening(entry) == ["kitchen"]


# Over MCP.


async def over_mcp(client: Any, method: str, **params: Any) -> Any:
    """Ask Home Assistant's MCP server, as a client of another program does."""
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    response = await client.post("/api/mcp", json=message, headers={"accept": "application/json"})
    assert response.status == 200, await response.text()
    return (await response.json())["result"]


@pytest.fixture
async def mcp(hass: HomeAssistant) -> MockConfigEntry:
    server = MockConfigEntry(
        domain="mcp_server",
        data={"llm_hass_api": ["assist"], "all_llm_apis": False, "require_admin": False},
        version=1,
        minor_version=3,
    )
    server.add_to_hass(hass)
    return server


async def test_mcp_offers_the_same_and_mutes_a_plug(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    plugs: dict[str, Plug],
    mcp: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    assert await hass.config_entries.async_setup(mcp.entry_id)
    client = await hass_client()
    offered = {tool["name"]: tool for tool in (await over_mcp(client, "tools/list"))["tools"]}
    assert {name for name in offered if name.startswith("earlid__")} == set(await tools(hass))
    mute = offered["earlid__mute"]
    assert mute["annotations"] == {
        "readOnlyHint": False,
        "destructiveHint": False,
        "idempotentHint": True,
        "openWorldHint": False,
    }
    assert mute["inputSchema"]["properties"]["speakers"]["type"] == "array"
    assert mute["inputSchema"]["properties"]["minutes"]["description"]
    assert offered["earlid__explain"]["inputSchema"]["required"] == ["speaker"]
    done = await over_mcp(client, "tools/call", name="earlid__mute", arguments={"speakers": ["Kitchen"]})
    assert done["isError"] is False
    await settled(hass, entry)
    assert plugs["kitchen_plug"].commands == ["off"]
    told = await over_mcp(client, "tools/call", name="earlid__status", arguments={})
    assert json.loads(told["content"][0]["text"])["speakers"][0]["can_hear"] == "no"


@pytest.mark.attack
async def test_nobody_ends_a_silence_over_mcp(
    hass: HomeAssistant, entry: MockConfigEntry, mcp: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    assert await hass.config_entries.async_setup(mcp.entry_id)
    client = await hass_client()
    await entry.runtime_data.mute(["kitchen"], None, None)
    offered = [tool["name"] for tool in (await over_mcp(client, "tools/list"))["tools"]]
    for tool, args in UNMUTING.values():
        name = next((one for one in offered if one in (tool, tool.partition("__")[2])), tool)
        await over_mcp(client, "tools/call", name=name, arguments=args)
    wrongly = await over_mcp(client, "tools/call", name="earlid__mute", arguments={"speakers": ["Fridge"]})
    assert (wrongly["isError"], "Fridge" in wrongly["content"][0]["text"]) == (True, True)
    assert "kitchen" in muted(entry)
    assert listening(entry) == []
    assert entry.runtime_data.rules["night"].enabled
