"""Which calls a language model makes: known by the context of the conversation that it is given tools for.

A model may have been talked into anything by what it reads, and it acts in the name of who talks with it: an
administrator, or nobody. So it is not enough to look at what Earlid's own tools are asked for: whatever a model turns
off in that conversation, lockdown by the tool for switches or a rule through a script, has this context too.
"""

from typing import Final

from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

_LED: HassKey[dict[str, None]] = HassKey("earlid_agents")
# A conversation that so many others have overtaken would be taken for the household's own automation.
_MOST: Final = 10_000


@callback
def remember(hass: HomeAssistant, context: Context) -> None:
    """Take it from now on that what is called in this context is called by a model."""
    led = hass.data.setdefault(_LED, {})
    led.pop(context.id, None)
    led[context.id] = None
    while len(led) > _MOST:
        led.pop(next(iter(led)))


@callback
def is_agents(hass: HomeAssistant, context: Context) -> bool:
    """Return whether a model makes the calls of this context.

    What automations of the household do because of a change that it made has a context of its own, and is theirs.
    """
    return context.id in hass.data.get(_LED, {})
