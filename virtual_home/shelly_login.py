"""Who may talk to a Shelly of the second generation or later: digest with SHA-256, user `admin`.

https://shelly-api-docs.shelly.cloud/gen2/General/Authentication: the realm is the device's id; over HTTP the challenge
is a header, in WebSocket frames JSON within the error's message. Firmware 2.0.0 keeps 32 nonces for 1 h and 30000 uses
each, `nc` counting up from 1; without a free one it answers 429 for 2 s, then gives up the least used
(its "Nonce Tracking and Eviction", quoted in https://github.com/openhab/openhab-addons/issues/21179 and
https://github.com/home-assistant/core/issues/178327). Before 2.0.0 each HTTP request had to be challenged anew, and
one `auth` object served a whole WebSocket.
"""

from collections.abc import Mapping
from dataclasses import dataclass
import hashlib
import json
import time
from typing import Any, Literal
from urllib.request import parse_http_list, parse_keqv_list

type Firmware = Literal["1.7.5", "2.0.0"]
type Channel = Literal["http", "websocket"]
type Verdict = Literal["welcome", "stale", "wrong"]

USER = "admin"
FRAME_HA2 = "dummy_method:dummy_uri"  # what stands for method and address in frames
NONCES = 32
NONCE_LIFE = 3600.0  # s
NONCE_USES = 30000
THROTTLE = 2.0  # s


@dataclass(slots=True)
class Nonce:
    """One nonce given out."""

    issued: float  # s of `time.monotonic`
    uses: int = 0


class Login:
    """The nonces of one device and what it makes of an answer."""

    def __init__(self, realm: str, firmware: Firmware) -> None:
        """Begin with no nonces; `realm` is the device's id."""
        self.realm = realm
        self.challenges = 0  # how often it asked who is there
        self._firmware = firmware
        self._nonces: dict[str, Nonce] = {}
        self._given = int(time.time())
        self._throttled_since: float | None = None

    def forget(self) -> None:
        """Forget all nonces, as a boot does."""
        self._nonces.clear()
        self._throttled_since = None

    def header(self, *, stale: bool) -> str | None:
        """Return a challenge for HTTP, or None: no nonce is free, which is answered by 429."""
        if (nonce := self._issue("http")) is None:
            return None
        # RFC 7616, 3.3: stale says that the password was right.
        end = ", stale=true" if stale and self._firmware == "2.0.0" else ""
        return f'Digest qop="auth", realm="{self.realm}", nonce="{nonce}", algorithm=SHA-256{end}'

    def message(self) -> str | None:
        """Return a challenge for a frame, or None as `header` does."""
        if (nonce := self._issue("websocket")) is None:
            return None
        shown = int(nonce) if self._firmware == "1.7.5" else nonce
        return json.dumps({"auth_type": "digest", "nonce": shown, "nc": 1, "realm": self.realm, "algorithm": "SHA-256"})

    def judge_header(self, header: str | None, password: str, method: str, uri: str) -> Verdict:
        """Return what an Authorization header is worth for this request."""
        scheme, _, fields = (header or "").partition(" ")
        answer = parse_keqv_list(parse_http_list(fields)) if scheme.lower() == "digest" and "=" in fields else {}
        if answer.get("uri") != uri or answer.get("qop") != "auth":
            return "wrong"
        return self._judge(answer, password, f"{method}:{uri}", "http")

    def judge_frame(self, answer: object, password: str, channel: Channel) -> Verdict:
        """Return what a frame's `auth` object is worth; without `nc` in it, that is 1."""
        if not isinstance(answer, Mapping):
            return "wrong"
        return self._judge({"nc": 1} | dict(answer), password, FRAME_HA2, channel)

    def _judge(self, answer: Mapping[str, Any], password: str, what: str, channel: Channel) -> Verdict:
        nonce, count, mark = (str(answer.get(key, "")) for key in ("nonce", "nc", "cnonce"))
        right = digest(f"{digest(f'{USER}:{self.realm}:{password}')}:{nonce}:{count}:{mark}:auth:{digest(what)}")
        known = (USER, self.realm, right)
        if not mark or (answer.get("username"), answer.get("realm"), answer.get("response")) != known:
            return "wrong"
        issued = self._nonces.get(nonce)
        if issued is None or time.monotonic() > issued.issued + NONCE_LIFE:
            return "stale"
        return "welcome" if self._counts(issued, count, channel) else "stale"

    def _counts(self, nonce: Nonce, count: str, channel: Channel) -> bool:
        """Use a nonce once more, if it may be."""
        try:
            number = int(count, 16 if channel == "http" else 10)
        except ValueError:
            return False
        if self._firmware == "1.7.5":
            allowed = channel == "websocket" or nonce.uses == 0
        else:
            allowed = number == nonce.uses + 1 <= NONCE_USES
        nonce.uses += allowed
        return allowed

    def _issue(self, channel: Channel) -> str | None:
        now = time.monotonic()
        self.challenges += 1
        self._nonces = {text: one for text, one in self._nonces.items() if now <= one.issued + NONCE_LIFE}
        if self._firmware == "2.0.0" and len(self._nonces) >= NONCES:
            self._throttled_since = self._throttled_since or now
            if now < self._throttled_since + THROTTLE:
                return None
            del self._nonces[min(self._nonces, key=lambda text: self._nonces[text].uses)]
        self._throttled_since = None
        self._given += 1
        text = str(self._given) if self._firmware == "1.7.5" and channel == "websocket" else f"{self._given:08x}"
        self._nonces[text] = Nonce(now)
        return text


def digest(text: str) -> str:
    """Return the SHA-256 of `text`, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
