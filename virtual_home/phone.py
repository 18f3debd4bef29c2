"""A phone with Home Assistant's app: it registers, gets notifications pushed, and its buttons are pressed.

https://developers.home-assistant.io/docs/api/native-app-integration/setup/ (registration),
https://developers.home-assistant.io/docs/api/native-app-integration/sending-data/ (`fire_event`),
https://companion.home-assistant.io/docs/notifications/actionable-notifications/ (what a pressed button sends).
"""

from types import TracebackType
from typing import Any, Final, Self

from aiohttp import web

from .client import Client

_TOKEN: Final = "push-token"  # noqa: S105 - names a phone to the maker's push service, which is played here


class Phone:
    """A phone: `async with Phone(owner, "Anna's phone") as phone:`; `phone.shown` are the notifications it got."""

    def __init__(self, owner: Client, name: str) -> None:
        """Describe it; `owner` is logged in on it. Home Assistant must have `mobile_app`."""
        self.name = name
        self.shown: list[dict[str, Any]] = []
        self._owner = owner
        self._webhook: str = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Install the app: register, with an address where pushes arrive."""
        app = web.Application()
        app.router.add_post("/push", self._push)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        answer = await self._owner.post(
            "/api/mobile_app/registrations",
            {
                "app_id": "io.example.app",
                "app_name": "Home Assistant",
                "app_version": "2026.10.0",
                "device_id": self.name,
                "device_name": self.name,
                "manufacturer": "Example",
                "model": "Phone",
                "os_name": "Android",
                "os_version": "16",
                "supports_encryption": False,
                "app_data": {"push_token": _TOKEN, "push_url": f"http://{host}:{port}/push"},
            },
        )
        self._webhook = answer["webhook_id"]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Be switched off."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def press(self, notification: dict[str, Any], title: str) -> None:
        """Press the button of a notification that is titled so; ValueError if it has none or several."""
        (action,) = [one["action"] for one in notification["data"]["actions"] if one["title"] == title]
        event = {"event_type": "mobile_app_notification_action", "event_data": {"action": action}}
        await self._owner.post(f"/api/webhook/{self._webhook}", {"type": "fire_event", "data": event})

    async def _push(self, request: web.Request) -> web.Response:
        self.shown.append(await request.json())
        return web.json_response({}, status=201)
