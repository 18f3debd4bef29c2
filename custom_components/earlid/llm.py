"""What a language model can ask of Earlid, and do: it may always mute, and let listen only where the household says so.

Home Assistant hands these tools to every model that is given its Assist tools: conversation agents, AI tasks, and who
comes over MCP. What is in them is for models and in English, as Home Assistant's own are.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.llm import LLMTools
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.llm import LLM_API_ASSIST, LLMContext, Tool, ToolAnnotations, ToolInput, ToolResult
import voluptuous as vol

from . import asked
from .agents import remember
from .asked import AREAS, EVERYWHERE, HOURS, MINUTES, SPEAKER, SPEAKERS, Ask
from .const import CONF_AGENTS_MAY_LISTEN, DOMAIN
from .runtime import EarlidConfigEntry
from .whose import converses

PROMPT: Final = (
    "Earlid guards the microphones of this home's smart speakers. Ask its tools who can hear; never guess. "
    "Say how sure it is: only 'off, proven' is certain, and what is unknown may be listening."
)
PROMPT_NO_LISTEN: Final = "You can mute speakers. You cannot let one listen: a person does that in Home Assistant."

_NAMES: Final = [str]
_WHICH: Final = {
    vol.Optional(SPEAKERS, description="Names of speakers."): _NAMES,
    vol.Optional(AREAS, description="Names of rooms or floors: all speakers in them."): _NAMES,
}
_READS: Final = ToolAnnotations(read_only=True, destructive=False, idempotent=True, open_world=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Doing:
    """A tool, as a line of the table."""

    name: str
    title: str
    description: str
    parameters: Mapping[Any, Any]
    annotations: ToolAnnotations
    do: Callable[[Ask], Awaitable[dict[str, Any]]]


class EarlidTool(Tool):
    """One of Earlid's tools: what is wrong with a call it answers in words, and then nothing has changed."""

    integration = DOMAIN

    def __init__(self, doing: _Doing) -> None:
        """Take a line of the table."""
        self.name = f"{DOMAIN}__{doing.name}"
        self.title = doing.title
        self.description = doing.description
        self.parameters = vol.Schema(doing.parameters)
        self.annotations = doing.annotations
        self._do = doing.do

    @override
    async def async_call(self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext) -> ToolResult:
        """Return what came of it, or why nothing did."""
        try:
            return ToolResult(
                data=await self._do(await asked.ask_for(hass, self.parameters, tool_input.tool_args, llm_context))
            )
        except (HomeAssistantError, vol.Invalid) as error:
            return ToolResult(data={"error": str(error)}, error=True)


_NUMBER: Final = vol.Any(int, float)

TOOLS: Final = (
    _Doing(
        name="status",
        title="Who can hear",
        description=(
            "Tell which smart speakers can hear now, how sure that is, why, and until when. Without names: all of them."
        ),
        parameters=_WHICH,
        annotations=_READS,
        do=asked.status,
    ),
    _Doing(
        name="mute",
        title="Mute speakers",
        description=(
            "Mute the microphones of speakers, of all speakers in rooms, or everywhere, for some minutes or, without"
            " minutes, until someone lets them listen again."
        ),
        parameters={
            **_WHICH,
            vol.Optional(EVERYWHERE, description="True: all speakers of the home."): bool,
            vol.Optional(MINUTES, description="How long; above 0. Without: until someone ends it."): _NUMBER,
        },
        annotations=ToolAnnotations(destructive=False, idempotent=True, open_world=False),
        do=asked.mute,
    ),
    _Doing(
        name="explain",
        title="Why a speaker may listen or not",
        description=(
            "Explain one speaker: what decides, every rule that lost, what is known of its microphone, and what will"
            " change in the next hours. Times are UTC."
        ),
        parameters={
            vol.Required(SPEAKER, description="The name of the speaker."): str,
            vol.Optional(HOURS, description="How far ahead; 24 if not given."): _NUMBER,
        },
        annotations=_READS,
        do=asked.explain,
    ),
    _Doing(
        name="journal_summary",
        title="What happened",
        description=(
            "Sum up what was recorded today, or in the last hours: how often each assistant woke, how many of those"
            " wakes were unanswered, how long it could hear, with and without permission, and breaches."
        ),
        parameters={**_WHICH, vol.Optional(HOURS, description="The last so many hours; without: today."): _NUMBER},
        annotations=_READS,
        do=asked.journal_summary,
    ),
)
LISTEN: Final = _Doing(
    name="listen",
    title="Let speakers listen",
    description="Let speakers listen for some minutes, only where a person in this conversation asked for just that.",
    parameters={**_WHICH, vol.Required(MINUTES, description="How long; above 0, at most 720."): _NUMBER},
    annotations=ToolAnnotations(destructive=True, idempotent=True, open_world=False),
    do=asked.listen,
)


def _tools(doings: Iterable[_Doing]) -> list[Tool]:
    return [EarlidTool(doing) for doing in doings]


@callback
def async_get_tools(hass: HomeAssistant, llm_context: LLMContext, api_id: str) -> LLMTools | None:
    """Return Earlid's tools; None while it is not loaded, or for tools that are not those of Assist."""
    if llm_context.context is not None:
        remember(hass, llm_context.context)
        converses(hass, llm_context.context)
    entries: list[EarlidConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    if api_id != LLM_API_ASSIST or not entries:
        return None
    if entries[0].options.get(CONF_AGENTS_MAY_LISTEN, False):
        return LLMTools(tools=_tools((*TOOLS, LISTEN)), prompt=PROMPT)
    return LLMTools(tools=_tools(TOOLS), prompt=f"{PROMPT} {PROMPT_NO_LISTEN}")
