"""Set-up dialogs, walked through over REST as the frontend does it.

POST `/api/config/config_entries/flow` `{"handler": domain}`, or `…/options/flow` `{"handler": entry_id}`, or
`…/subentries/flow` `{"handler": [entry_id, type]}` (with `subentry_id`: reconfigure); then POST each step's answer to
`<the same>/<flow_id>`. A menu is answered with `{"next_step_id": step}`.
"""

from collections.abc import Mapping
from typing import Any

from .client import Client

ENTRIES = "/api/config/config_entries"

type Answers = Mapping[str, Mapping[str, Any] | str]


class FlowError(Exception):
    """A dialog ended otherwise than with success. `result` is its last answer, `errors` those of its form."""

    def __init__(self, message: str, result: dict[str, Any]) -> None:
        """Keep the dialog's last answer."""
        super().__init__(f"{message}: {result}")
        self.result = result
        self.errors: dict[str, str] = result.get("errors") or {}
        self.reason: str | None = result.get("reason")


async def walk(client: Client, path: str, start: dict[str, Any], answers: Answers) -> dict[str, Any]:
    """Walk a dialog from `start`, answering each step from `answers` (by step id; a menu's answer is a string).

    A step without an answer is sent as the frontend shows it: with its defaults and suggested values. Returns the last
    result (`create_entry`, or an `abort` whose reason says that it was successful); raises FlowError otherwise.
    """
    result: dict[str, Any] = await client.post(f"{ENTRIES}/{path}", start)
    asked: set[str] = set()
    while True:
        kind = result["type"]
        if kind == "create_entry" or (kind == "abort" and str(result["reason"]).endswith("successful")):
            return result
        if kind not in ("form", "menu") or result.get("errors") or (kind == "form" and result["step_id"] in asked):
            await _leave(client, path, result)
            raise FlowError(f"{kind} {result.get('step_id', '')}", result)
        step = result["step_id"]
        answer = answers.get(step, {})
        if kind == "menu":
            body: dict[str, Any] = {"next_step_id": answer}
        else:
            asked.add(step)
            assert not isinstance(answer, str)
            body = fill(result.get("data_schema") or [], answer)
        result = await client.post(f"{ENTRIES}/{path}/{result['flow_id']}", body)


def fill(schema: list[dict[str, Any]], answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer with what the frontend would send for the fields it leaves out.

    Suggested values count before defaults (ha-form's `computeInitialHaFormData`); an answer of None leaves one out.
    """
    filled: dict[str, Any] = {}
    for one in schema:
        name = one["name"]
        suggested = (one.get("description") or {}).get("suggested_value")
        if one.get("type") == "expandable":
            inner = answer.get(name, {})
            filled[name] = fill(one["schema"], inner if isinstance(inner, Mapping) else {})
        elif name in answer:
            filled[name] = answer[name]
        elif suggested is not None:
            filled[name] = suggested
        elif one.get("default") is not None:
            filled[name] = one["default"]
        elif one.get("required") and "boolean" in (one.get("selector") or {}):
            filled[name] = False
    extra = {name: value for name, value in answer.items() if name not in filled}
    return {name: value for name, value in (filled | extra).items() if value is not None}


async def set_up_entry(client: Client, domain: str, answers: Answers) -> str:
    """Set up an integration and return its entry id."""
    result = await walk(client, "flow", {"handler": domain}, answers)
    return str(result["result"]["entry_id"])


async def set_up_mqtt(client: Client, host: str, port: int, *, protocol: str = "5") -> str:
    """Set up Home Assistant's MQTT and return the entry id. `protocol`: `5`, `3.1.1` or `3.1`."""
    section = {"set_client_cert": False, "set_ca_cert": "off", "transport": "tcp"}
    broker = {"broker": host, "port": port, "protocol": protocol, "other_settings": section}
    return await set_up_entry(client, "mqtt", {"broker": broker})


async def set_up_earlid(client: Client, *, site: str = "home", topic_prefix: str = "earlid") -> str:
    """Set up the integration (CONTRACT, Set-up) and return the entry id."""
    return await set_up_entry(client, "earlid", {"user": {"site": site, "topic_prefix": topic_prefix}})


async def set_up_wyoming(client: Client, host: str, port: int) -> str:
    """Set up a Wyoming device or service by its address and return the entry id."""
    return await set_up_entry(client, "wyoming", {"user": {"host": host, "port": port}})


async def set_options(client: Client, entry_id: str, **options: Any) -> None:
    """Change options of an entry; the others keep their values."""
    await walk(client, "options/flow", {"handler": entry_id}, {"init": options})


async def add_subentry(client: Client, entry_id: str, kind: str, answers: Answers) -> str:
    """Add a subentry and return its id."""
    before = {one["subentry_id"] for one in await subentries(client, entry_id)}
    await walk(client, "subentries/flow", {"handler": [entry_id, kind]}, answers)
    return next(
        str(one["subentry_id"]) for one in await subentries(client, entry_id) if one["subentry_id"] not in before
    )


async def change_subentry(client: Client, entry_id: str, subentry_id: str, answers: Answers) -> None:
    """Reconfigure a subentry; steps and fields left out keep what they have."""
    kind = next(one["subentry_type"] for one in await subentries(client, entry_id) if one["subentry_id"] == subentry_id)
    await walk(client, "subentries/flow", {"handler": [entry_id, kind], "subentry_id": subentry_id}, answers)


async def remove_subentry(client: Client, entry_id: str, subentry_id: str) -> None:
    """Delete a subentry."""
    await client.command("config_entries/subentries/delete", entry_id=entry_id, subentry_id=subentry_id)


async def subentries(client: Client, entry_id: str) -> list[dict[str, Any]]:
    """Return an entry's subentries."""
    found: list[dict[str, Any]] = await client.command("config_entries/subentries/list", entry_id=entry_id)
    return found


async def entries(client: Client, domain: str) -> list[dict[str, Any]]:
    """Return an integration's entries."""
    found: list[dict[str, Any]] = await client.get(f"{ENTRIES}/entry?domain={domain}")
    return found


async def reconfigure_entry(client: Client, domain: str, entry_id: str, answers: Answers) -> None:
    """Walk the reconfigure dialog of an entry."""
    await walk(client, "flow", {"handler": domain, "entry_id": entry_id}, answers)


async def remove_entry(client: Client, entry_id: str) -> None:
    """Remove an entry."""
    await client.delete(f"{ENTRIES}/entry/{entry_id}")


async def add_speaker(
    client: Client,
    entry_id: str,
    name: str,
    relay: str,
    *,
    relay_settings: dict[str, Any],
    senses: dict[str, Any] | None = None,
    habits: dict[str, Any] | None = None,
) -> str:
    """Guard a speaker by a relay of kind `relay` (`entity`, `tasmota`, …) and return the subentry id."""
    return await add_subentry(
        client,
        entry_id,
        "speaker",
        {
            "user": {"name": name, "relay": relay},
            f"relay_{relay}": relay_settings,
            "senses": senses or {},
            "habits": habits or {},
        },
    )


async def add_rule(client: Client, entry_id: str, kind: str, **settings: Any) -> str:
    """Add a rule of kind `schedule`, `presence` or `condition` and return the subentry id.

    One by presence holds while somebody is there unless `quantifier` says otherwise; the form is filled in with nobody.
    """
    if kind == "presence":
        settings = {"quantifier": "any"} | settings
    return await add_subentry(client, entry_id, "rule", {"user": kind, kind: settings})


async def _leave(client: Client, path: str, result: dict[str, Any]) -> None:
    """Close a dialog that is given up: an open one would be listed as in progress."""
    if result["type"] in ("form", "menu"):
        await client.delete(f"{ENTRIES}/{path}/{result['flow_id']}")
