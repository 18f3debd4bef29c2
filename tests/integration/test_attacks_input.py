"""Names, numbers, paths and texts that somebody made to hold up, to mislead or to break out."""

import ast
import asyncio
from collections.abc import Callable
from http import HTTPStatus
from importlib import import_module
import json
from pathlib import Path
import re
from typing import Any
from unittest.mock import patch

from aiohttp.test_utils import TestClient
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import device_registry as dr, intent
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator
from yarl import URL

from custom_components.earlid import called, twins
from custom_components.earlid.asked import SPEAKERS, Ask
from custom_components.earlid.detectors import webhook
from custom_components.earlid.flows import checks
from custom_components.earlid.relays import tasmota_words
from custom_components.earlid.untrusted import name, plain
from tests.integration.browsers import open_browser
from tests.integration.homes import guard_home, plug_in, settled, shown, speaker
from tests.integration.spoken import talking_home

pytestmark = pytest.mark.attack

ROOT = Path(__file__).parents[2]
EARLID = ROOT / "custom_components" / "earlid"
# Where a text is looked at twice for each letter, this takes longer than any test may.
LONG = 200_000


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return a home of two speakers."""
    plug_in(hass, "plug", "other")
    return await guard_home(hass, speaker(relay="light.plug"), speaker("bath", "light.other"))


# --- Expressions that could take for ever


def expressions() -> set[tuple[str, str]]:
    """Return every regular expression in the code of Earlid, each with what is done with it."""
    found = set()
    for path in EARLID.rglob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        compiled = {}
        for node in nodes:
            match node:
                case ast.AnnAssign(
                    target=ast.Name(id=called_so),
                    value=ast.Call(func=ast.Attribute(value=ast.Name(id="re")), args=[ast.Constant(str(text)), *_]),
                ):
                    compiled[called_so] = text
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="re"), attr=done), args=[ast.Constant(str(text)), *_]
                ):
                    found.add((text, done))
                case ast.Call(func=ast.Attribute(attr="Match"), args=[ast.Constant(str(text))]):
                    found.add((text, "match"))
                case ast.Call(func=ast.Name(id="_model"), args=[_, ast.Constant(str(text))]):
                    found.add((text, "search"))
        for node in nodes:
            match node:
                case ast.Attribute(value=ast.Name(id=called_so), attr=done) if called_so in compiled:
                    found.add((compiled[called_so], done))
    return {(text, done) for text, done in found if done != "compile"}


PIECES = ("a", "0", "a0", "-", ".", "a.", ":", " ", "\n", "*", "one ", "echo ", "nest ", "home ", "power", "\u202e")
# What it is asked of is cut to a few letters before, as the test behind the next holds.
SHORT = {twins._WORD.pattern}
DOING: dict[str, Callable[[str, str], object]] = {
    "search": re.search,
    "match": re.match,
    "fullmatch": re.fullmatch,
    "findall": re.findall,
    "split": re.split,
    "sub": lambda expression, text: re.sub(expression, "", text),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("expression", "done"), sorted(one for one in expressions() if one[0] not in SHORT))
def test_no_expression_takes_for_ever(expression: str, done: str) -> None:
    """One that does runs into the time limit: no text, whatever is repeated in it, is looked at again and again."""
    for piece in PIECES:
        for text in (piece * (LONG // len(piece)), piece * (LONG // len(piece)) + "!"):
            DOING[done](f"(?i:{expression})", text)


def test_every_expression_is_known_here() -> None:
    """What is made at run time, or kept otherwise than these are, would be tried by nobody."""
    known = {text for text, _ in expressions()}
    kept = {
        one.pattern
        for path in EARLID.rglob("*.py")
        for one in vars(import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))).values()
        if isinstance(one, re.Pattern)
    }
    of_an_address = {one for one in kept if one.startswith("/earlid_files")}
    assert kept - of_an_address <= known
    assert len(known) > 20


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", ["abc0", "a0:b1", "ab-", "\u0130"])
async def test_a_device_that_somebody_announced_with_a_name_without_end_holds_up_nobody(
    hass: HomeAssistant, piece: str
) -> None:
    other = MockConfigEntry(domain="mqtt")
    other.add_to_hass(hass)
    endless = piece * (LONG // len(piece))
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=other.entry_id,
        identifiers={("mqtt", endless)},
        connections={("other", endless)},
        serial_number=endless,
    )
    assert len(twins.marks(device)) < 4


# --- The threat model


def test_each_test_that_the_threat_model_names_is_run_with_the_attacks() -> None:
    text = (ROOT / "docs" / "guarantee.md").read_text(encoding="utf-8")
    model = text[text.index("## Who would hear") : text.index("## Not promised")]
    named = set(re.findall(r"`(test_\w+)`", model))
    marked = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        source = path.read_text(encoding="utf-8")
        whole = re.search(r"^pytestmark = .*mark\.attack", source, re.MULTILINE)
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                by = [ast.unparse(one) for one in node.decorator_list]
                marked |= {node.name} if whole or "pytest.mark.attack" in by else set()
    assert named
    assert named <= marked
    assert len(re.findall(r"^- \*\*Held by\*\*", model, re.MULTILINE)) == len(re.findall(r"^### ", model, re.MULTILINE))


# --- Names


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "[open](javascript:alert(1))",
    "![x](http://tracker/x.png)",
    "https://evil.example/",
    "www.evil.example",
    "# Sorry\n- a\n- b",
    "`code` **bold** _it_ ~~x~~ | a | b |",
    "\u202egnp.exe\u2066",
    "a\x00b\x1b[31m\u2028c",
    "&lt;script&gt;",
)


@pytest.mark.parametrize("text", [*HOSTILE, "x" * LONG, "\n" * LONG, "*" * LONG])
def test_a_name_from_the_network_is_one_short_line_and_no_markup(text: str) -> None:
    shown_as = name(text)
    assert len(shown_as) <= 80
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", shown_as)
    written = plain(text)
    assert not re.search(r"(?<!\\)[\[\]<>`*_#!|&]", written)
    assert not re.search(r"(?<!\\)(?:://|\.)", written)


def test_the_page_writes_texts_and_never_markup() -> None:
    """What would take a text for more than that is nowhere in the page; Lit writes all else as text."""
    sinks = re.compile(
        r"unsafe(?:HTML|SVG|MathML|Static|CSS)|(?:inner|outer)HTML|insertAdjacentHTML|document\.write|srcdoc"
        r"|createContextualFragment|DOMParser|\beval\(|new Function|setAttribute\(\s*[\"'`]on|javascript:"
    )
    sources = sorted((ROOT / "frontend" / "src").rglob("*.ts"))
    assert len(sources) > 30
    assert [path.name for path in sources if sinks.search(path.read_text(encoding="utf-8"))] == []


# --- Numbers


@pytest.mark.parametrize("value", [2**31, 2**63, 2**64 - 1, 10**30])
def test_no_time_of_a_plug_is_too_long_to_be_one(value: int) -> None:
    length = tasmota_words.length_of(value)
    assert length is not None
    assert length > tasmota_words.LONGEST


def test_a_command_with_a_number_without_end_switches_nothing() -> None:
    assert not tasmota_words.switches("POWER" + "9" * 60_000, 1)
    assert not tasmota_words.switches("POWER\u0661", 1)


# --- Texts without end, from who is logged in


async def test_a_thousand_names_in_one_breath_are_none(hass: HomeAssistant) -> None:
    await talking_home(hass)
    with patch.object(called.Names, "meant", side_effect=AssertionError("each word was looked for")):
        for text in ("for " * LONG, "kitchen and " * LONG, "\u0300" * LONG):
            response = await intent.async_handle(hass, "earlid", "EarlidMute", {"name": {"value": text}})
            assert response.error_code is intent.IntentResponseErrorCode.NO_VALID_TARGETS
            assert len(response.speech["plain"]["speech"]) < 500
    assert shown(hass, "select.kitchen_mode").state == "automatic"


async def test_what_a_model_says_a_thousand_times_is_looked_for_once(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    told = {SPEAKERS: ["Kitchen"] * LONG}
    ask = Ask(hass=hass, entry=entry, context=Context(), ear=None, told=told, known=["kitchen", "bath"])
    with patch("custom_components.earlid.called.Names", wraps=called.Names) as names:
        assert ask.meant() == ["kitchen"]
    assert names.call_count == 1


HUGE = {
    "speakers": ["kitchen"] * 100_000,
    "kinds": "hold," * 100_000,
    "outcomes": ["answered"] * 100_000,
    "limit": 10**18,
    "before_seq": 10**300,
    "start": 10**300,
    "end": {"deep": [[[[]]]] * 1000},
}


@pytest.mark.parametrize("field", HUGE)
async def test_a_question_without_end_is_refused_in_a_short_sentence(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator, field: str
) -> None:
    assert entry.runtime_data.speakers
    browser = await open_browser(hass, hass_ws_client)
    answer = await browser.ask("journal", **{field: HUGE[field]})
    assert not answer["success"]
    assert len(json.dumps(answer)) < 1000
    assert (await browser.ask("journal"))["success"], "the connection lives"


# --- Paths


@pytest.mark.parametrize(
    "path",
    [
        "/../../../secrets.yaml",
        "/..%2f..%2f..%2fsecrets.yaml",
        "/%2e%2e/%2e%2e/__init__.py",
        "/..%5c..%5c__init__.py",
        "//etc/passwd",
        "/earlid-panel.js%00.txt",
        "/.",
    ],
)
async def test_the_files_of_the_page_are_all_that_is_served(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator, path: str
) -> None:
    assert await async_setup_component(hass, "http", {})
    await guard_home(hass)
    (base,) = {one.canonical for one in hass.http.app.router.resources() if "/earlid_files/" in one.canonical}
    client = await hass_client_no_auth()
    assert (await client.get(f"{base}/earlid-panel.js")).status == HTTPStatus.OK
    answer = await client.get(URL(f"{base}{path}", encoded=True))
    assert answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN, HTTPStatus.BAD_REQUEST)


@pytest.mark.parametrize(
    "query",
    [
        "format=../../secrets.yaml",
        "format=csv%0d%0aSet-Cookie:%20a=b",
        "format=jsonl%22;%20filename=%22x.exe",
        "speakers=../../../etc/passwd",
        "speakers=kitchen';drop%20table%20records;--",
        "kinds=hold'%20or%20'1'='1",
        "site=../other",
    ],
)
async def test_what_is_asked_for_becomes_no_path_no_header_and_no_sql(
    entry: MockConfigEntry, hass_client: ClientSessionGenerator, query: str
) -> None:
    assert entry.runtime_data.speakers
    client = await hass_client()
    answer = await client.get(URL(f"/api/earlid/journal?{query}", encoded=True))
    assert answer.status == HTTPStatus.BAD_REQUEST
    assert "Content-Disposition" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    whole = await client.get("/api/earlid/journal")
    assert re.fullmatch(r'attachment; filename="earlid-journal-[0-9-]+\.jsonl"', whole.headers["Content-Disposition"])


@pytest.mark.parametrize("text", ["..", "../x", "a/b", "a\\b", "a\x00", "A", "", "x" * 65, "é", "a+", "#", "a\n"])
def test_no_site_is_a_path_or_a_wildcard(text: str) -> None:
    assert checks.site_problem(text) == "invalid_site"


@pytest.mark.parametrize(
    "text", ["../../etc", "a/../b", "<b>", "..", "\x00", "a\nb", "\uff41\uff0f\uff42", "kitchen+", "#", "$SYS"]
)
def test_no_name_makes_a_slug_that_is_more_than_a_word(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9_]*", checks.slug_of(text))


@pytest.mark.parametrize("text", ["+", "#", "a/+/b", "$SYS/x", "a//b", "/a", "a/", "a\x00b", "x" * 201, " "])
def test_no_topic_hears_more_than_one_device(text: str) -> None:
    assert checks.topic_prefix_problem(text) == "invalid_topic_prefix"
    assert checks.tasmota_topic_problem(text) == "invalid_topic_tasmota"
    assert checks.zigbee_topic_problem(f"{text}/plug") == "invalid_topic_zigbee2mqtt"


@pytest.mark.parametrize(
    "text", ["a/b", "a@b", "http://a", "a?b", "a#b", "[::1", "a:99999", "a:0", "", "a b", "a\r\nHost: x", "a%2fb"]
)
def test_no_host_leads_elsewhere(text: str) -> None:
    assert checks.host_problem(text) == "invalid_host"


# --- The webhook


@pytest.fixture
async def outside(entry: MockConfigEntry, hass_client_no_auth: ClientSessionGenerator) -> TestClient[Any, Any]:
    """Return somebody in the home's network who has no login."""
    assert entry.data["webhook_id"]
    return await hass_client_no_auth()


async def test_who_guesses_the_webhook_learns_nothing_and_keeps_nobody_out(
    hass: HomeAssistant, entry: MockConfigEntry, outside: TestClient[Any, Any]
) -> None:
    secret = entry.data["webhook_id"]
    assert re.fullmatch(r"[0-9a-f]{64}", secret)
    for guess in [secret[:-1], secret + "0", secret.upper() + "x", "../" + secret, *(f"{n:064x}" for n in range(200))]:
        answer = await outside.post(f"/api/webhook/{guess}", json={"speaker": "kitchen"})
        assert (answer.status in (HTTPStatus.OK, HTTPStatus.NOT_FOUND), await answer.read()) == (True, answer._body)
        assert not answer._body or answer.status == HTTPStatus.NOT_FOUND
    await settled(hass, entry)
    assert shown(hass, "sensor.kitchen_activations_today").state == "0"
    answer = await outside.post(f"/api/webhook/{secret}", json={"speaker": "kitchen"})
    assert (answer.status, (await answer.json())["new"]) == (HTTPStatus.OK, True)


async def test_who_sends_without_end_is_read_no_further_than_a_report_goes(
    entry: MockConfigEntry, outside: TestClient[Any, Any]
) -> None:
    sent = 0

    async def without_end() -> Any:
        nonlocal sent
        while True:
            sent += 1
            yield b"[" * 1000
            await asyncio.sleep(0)

    answer = await outside.post(f"/api/webhook/{entry.data['webhook_id']}", data=without_end())
    assert (answer.status, await answer.json()) == (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "too_large"})
    assert sent < 1000


async def test_who_sends_slowly_holds_open_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, outside: TestClient[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "_PATIENCE", 0.1)
    over = asyncio.Event()

    async def slowly() -> Any:
        yield b'{"speaker": '
        await over.wait()

    answer = await outside.post(f"/api/webhook/{entry.data['webhook_id']}", data=slowly())
    assert (answer.status, await answer.json()) == (HTTPStatus.REQUEST_TIMEOUT, {"error": "too_slow"})
    over.set()
    await settled(hass, entry)
    assert shown(hass, "sensor.kitchen_activations_today").state == "0"
