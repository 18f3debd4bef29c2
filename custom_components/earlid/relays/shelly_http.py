"""Requests to a Shelly: limited in time and size, never redirected, and what goes wrong in the words of RelayError."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
import re
from typing import Any, Final

from aiohttp import ClientConnectionError, ClientError, ClientMiddlewareType, ClientResponse, ClientTimeout, InvalidURL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util.json import json_loads
from yarl import URL

from .protocol import RelayError

# Twice this is the time that a whole call has; a plug in the same house answers in a tenth of a second.
TIMEOUT: Final = 5
# The longest answer of a Shelly has some 10 kB. What sends more is none, and would only fill the memory.
LONGEST: Final = 64 * 1024
LONGEST_TIMER: Final = 10**9
"""s. What says more counts no time of a Shelly's, and it would be too large for any."""
USER: Final = "admin"
"""The one user that a Shelly with a password has; Gen1 can name it otherwise, but is not asked to."""

# A name or an address, in brackets one of IPv6, and a port. No path, no scheme, no user: what is typed in here decides
# where a password goes.
_ADDRESS: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w-]+(\.[\w-]+)*\.?)(:[0-9]{1,5})?")
# From firmware 2 on too many logins make a Shelly say 429 for 2 s, https://github.com/home-assistant/core/issues/178327.
BUSY: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_MAC: Final = re.compile(r"[0-9A-F]{12}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, and the bytes of the body."""

    status: int
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether it is 200, the only status of a Shelly that did what it was asked."""
        return self.status == HTTPStatus.OK

    def fields(self) -> dict[str, Any]:
        """Return the JSON object in the body. Raises RelayError: it is anything else."""
        try:
            fields = json_loads(self.body)
        except ValueError as error:
            raise RelayError("unreadable_answer", f"status {self.status}, no JSON") from error
        if not isinstance(fields, dict):
            raise RelayError("unreadable_answer", f"status {self.status}, JSON without fields")
        return fields


@dataclass(frozen=True, slots=True)
class About:
    """What a Shelly says of itself to everybody."""

    mac: str
    """12 hexadecimal digits, large letters."""
    generation: int
    firmware: str


class Http:
    """The way to one address, over Home Assistant's shared session: it takes no proxy from the environment."""

    def __init__(self, hass: HomeAssistant, host: str) -> None:
        """Know the address; whether it is one shows with the first request."""
        self.host = host.strip()
        self.session = async_get_clientsession(hass)

    def url(self, path: str) -> URL:
        """Return where a path of the device is. Raises RelayError: the host is no name or address."""
        try:
            if _ADDRESS.fullmatch(self.host):
                return URL(f"http://{self.host}/{path}")
        except ValueError:  # a port that there is not, an impossible name
            pass
        raise RelayError("no_answer", f"{self.host!r} is no name or address")

    async def fetch(
        self,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        middlewares: Sequence[ClientMiddlewareType] = (),
    ) -> Answer:
        """Return what the device answers: to a POST of `body`, or else to a GET.

        Raises RelayError: no_answer, invalid_auth, unreadable_answer (too long, no HTTP), not_this_device (a redirect:
        Shellies send none).
        """
        url = self.url(path)
        try:
            async with self.session.request(
                "GET" if body is None else "POST",
                url,
                params=query,
                json=body,
                # A few bytes could unpack to any number.
                headers={"Accept-Encoding": "identity", **(headers or {})},
                middlewares=middlewares,
                allow_redirects=False,
                timeout=ClientTimeout(total=TIMEOUT),
            ) as response:
                answer = Answer(response.status, await _body(response))
        except (TimeoutError, ClientConnectionError, InvalidURL, OSError) as error:
            # An address can look like one and be none, as 192.168.1.
            raise RelayError("no_answer", f"{url}: {error!r}") from error
        except (ClientError, ValueError) as error:
            raise RelayError("unreadable_answer", f"{url}: {error!r}") from error
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise RelayError("invalid_auth", str(url))
        if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
            raise RelayError("not_this_device", f"{url} redirects")
        if answer.status in BUSY:
            raise RelayError("no_answer", f"{url} is busy: status {answer.status}")
        return answer

    async def introduce(self) -> About:
        """Return what the device says of itself; asks for no password. Raises RelayError.

        `GET /shelly` is the one request that all generations know and answer to everybody. From the second on it says
        `gen`, the first says `type`. https://shelly-api-docs.shelly.cloud/gen1/#shelly,
        https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Shelly#http-endpoint-shelly
        """
        try:
            answer = await self.fetch("shelly")
        except RelayError as error:
            if error.problem == "invalid_auth":
                raise RelayError("not_this_device", "no Shelly asks for a password there") from error
            raise
        if not answer.ok:
            raise RelayError("not_this_device", f"status {answer.status} where every Shelly introduces itself")
        fields = answer.fields()
        mac = mac_of(fields.get("mac"))
        generation = fields.get("gen", 1 if isinstance(fields.get("type"), str) else None)
        firmware = fields.get("fw" if generation == 1 else "ver")
        if mac is None or type(generation) is not int or generation < 1:
            raise RelayError("unreadable_answer", "it does not introduce itself as a Shelly does")
        return About(mac, generation, firmware if isinstance(firmware, str) else "")


def mac_of(value: object) -> str | None:
    """Return a hardware address as 12 large hexadecimal digits; None: it is none."""
    if not isinstance(value, str):
        return None
    mac = re.sub("[:-]", "", value).upper()
    return mac if _MAC.fullmatch(mac) else None


async def _body(response: ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(8192):
        body += chunk
        if len(body) > LONGEST:
            # Unread it would be read to its end, to use the connection again.
            response.close()
            raise RelayError("unreadable_answer", f"{response.url}: longer than {LONGEST} bytes")
    return bytes(body)
