"""What is in the source could connect to nobody but a Shelly; `tests/home/test_no_network.py` watches it do so."""

import ast
from collections.abc import Iterator
from pathlib import Path
import re
from typing import Final

import pytest

EARLID: Final = Path(__file__).parents[2] / "custom_components" / "earlid"
# The requests to Shellies, to the address that the household typed in.
ASKS: Final = {"relays/shelly_http.py", "relays/shelly_channel.py"}
# What a connection begins with, here or in the libraries that Home Assistant brings.
BEGINS: Final = re.compile(
    r"async_get_clientsession|async_create_clientsession|async_aiohttp_proxy|ClientSession|get_async_client|urlopen"
    r"|open_connection|create_connection|create_datagram_endpoint|open_unix_connection|create_subprocess|ws_connect"
    r"|HTTPConnection|Popen|create_server"
)
LIBRARIES: Final = {
    "socket",
    "ssl",
    "requests",
    "httpx",
    "urllib3",
    "paho",
    "subprocess",
    "ftplib",
    "smtplib",
    "telnetlib",
}
# Of what a page can ask the network with.
BROWSER: Final = re.compile(
    r"\b(fetch|sendBeacon|importScripts)\(|\b(XMLHttpRequest|WebSocket|EventSource|Worker|WebTransport)\b"
)

pytestmark = pytest.mark.attack


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Yield each file and what is in it."""
    for path in EARLID.rglob("*.py"):
        yield path.relative_to(EARLID).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def names(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a file uses."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                yield name


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield the packages that a file imports from."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=modules):
                yield from (module.name.partition(".")[0] for module in modules)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]


def texts(tree: ast.Module) -> Iterator[str]:
    """Yield the texts in a file that are no documentation."""
    nodes = list(ast.walk(tree))
    told = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def test_only_the_requests_to_shellies_begin_a_connection() -> None:
    assert {file for file, tree in sources() for name in names(tree) if BEGINS.search(name)} == ASKS
    assert not {module for _, tree in sources() for module in imported(tree)} & LIBRARIES


def test_the_only_address_is_that_of_a_shelly() -> None:
    found = {file for file, tree in sources() for text in texts(tree) if re.search(r"(https?|wss?)://", text)}
    assert found == {"relays/shelly_http.py"}


def test_what_a_browser_loads_asks_nobody_by_itself() -> None:
    pages = list((EARLID / "www").glob("*.js"))
    assert pages
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not BROWSER.search(text), page.name
        # Where the card is documented, for whoever clicks on it.
        assert set(re.findall(r"(?:https?|wss?):?//[\w.-]+", text)) <= {"https://github.com"}, page.name
        assert not re.search(r"@import|url\(\s*['\"]?(?:https?:)?//", text), page.name


def test_the_integration_asks_home_assistant_to_install_nothing() -> None:
    assert '"requirements": []' in (EARLID / "manifest.json").read_text(encoding="utf-8")
