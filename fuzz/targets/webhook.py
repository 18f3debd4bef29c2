"""Reports over HTTP, from whoever knows the address."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import json
from types import SimpleNamespace
from typing import Any, Final
from unittest.mock import patch

from aiohttp import ClientError
from aiohttp.http_exceptions import HttpProcessingError
from homeassistant.exceptions import HomeAssistantError

from custom_components.earlid.detectors import webhook
from fuzz.home import WORDS, home
from fuzz.target import Feed, Target, one_of, part, several, text_of

_FAILS: Final = (None, OSError(), ClientError(), HttpProcessingError(), TimeoutError())
_STATUSES: Final = (200, 400, 404, 408, 413, 429, 503)


class _Content:
    """A body that comes in pieces, or breaks off."""

    def __init__(self, body: bytes, fails: Exception | None) -> None:
        self._body, self._fails = body, fails

    async def read(self, most: int) -> bytes:
        piece, self._body = self._body[: min(most, 700)], self._body[min(most, 700) :]
        if not piece and self._fails is not None:
            raise self._fails
        return piece


@contextmanager
def _begin() -> Iterator[Feed]:
    with home() as lives:
        clock = SimpleNamespace(now=0.0, full=False)
        taken: list[Any] = []
        registry = SimpleNamespace(
            async_register=lambda *args, **_more: taken.append(args[4]), async_unregister=lambda *_: None
        )
        hass: Any = SimpleNamespace(loop=SimpleNamespace(time=lambda: clock.now))
        entry: Any = SimpleNamespace(data={"webhook_id": "secret"}, title="", runtime_data=lives.household)

        async def recorded() -> None:
            if clock.full:
                raise HomeAssistantError

        lives.household.recorded = recorded  # type: ignore[method-assign]

        async def sent(given: Any) -> None:
            for report in several(given):
                body = text_of(part(report, "body", "")).encode("utf-8", "surrogatepass")
                length = part(report, "length")
                clock.full = part(report, "full") is True
                clock.now += 0.1 if part(report, "fast") is True else 61
                request: Any = SimpleNamespace(
                    content_length=length if isinstance(length, int) else None,
                    content=_Content(body, one_of(_FAILS, part(report, "fails", 0))),
                )
                for _ in range(70 if part(report, "flood") is True else 1):
                    response = await taken[0](None, "secret", request)
                    assert response.status in _STATUSES
                    json.loads(response.body)

        def feed(given: Any) -> None:
            standing = lives.standing
            lives.run(asyncio.wait_for(sent(given), 30))
            assert lives.standing == standing, "what was heard decides nothing"
            lives.ensure_calm()

        with patch.object(webhook, "webhook", registry):
            stop = webhook.listen(hass, entry)
            yield feed
            stop()


TARGETS: Final = (
    Target(
        name="webhook",
        begin=_begin,
        parses=("detectors/webhook:_take", "detectors/webhook:_read", "detectors/webhook:listen", "untrusted:unpack"),
        words=(
            *WORDS,
            "body",
            "length",
            "full",
            "fast",
            "fails",
            "flood",
            "speaker",
            "id",
            "at",
            "source",
            "outcome",
            "note",
            4096,
            4097,
        ),
        share=0.1,
    ),
)
