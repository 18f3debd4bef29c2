"""Names and numbers shared by the adapters; the contract's words, in the contract's spelling."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from homeassistant.const import CONF_ENTITY_ID, CONF_HOST, CONF_PASSWORD, Platform

DOMAIN: Final = "earlid"
# The journal's file, in Home Assistant's storage folder.
JOURNAL: Final = "earlid_journal.db"

PLATFORMS: Final = (
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
)

SUBENTRY_SPEAKER: Final = "speaker"
SUBENTRY_RULE: Final = "rule"

# The home: entry data, then options.
CONF_SITE: Final = "site"
CONF_TOPIC_PREFIX: Final = "topic_prefix"
CONF_LEASE: Final = "lease"
CONF_TRUST_FOR: Final = "trust_for"
CONF_DEADLINE: Final = "deadline"
CONF_RETENTION_DAYS: Final = "retention_days"
CONF_COMMANDS_OVER_MQTT: Final = "commands_over_mqtt"
CONF_WHO_MAY_ALLOW: Final = "who_may_allow"
CONF_STORE_TRANSCRIPTS: Final = "store_transcripts"
CONF_PUBLISH_NAMES: Final = "publish_names"
CONF_WHEN_STOPPING: Final = "when_stopping"
CONF_VOICE_ALLOW_FROM: Final = "voice_allow_from"
CONF_VOICE_ALLOW_OTHERS: Final = "voice_allow_others"
CONF_AGENTS_MAY_LISTEN: Final = "agents_may_listen"

# A speaker.
CONF_SLUG: Final = "slug"
CONF_RELAY: Final = "relay"
CONF_SILENCES: Final = "silences"
CONF_INVERTED: Final = "inverted"
CONF_AUTO_OFF: Final = "auto_off"
CONF_TOPIC: Final = "topic"
CONF_CHANNEL: Final = "channel"
CONF_DEVICE: Final = "device"  # the hardware address of what answered at the host when it was set up
CONF_OFF: Final = "off"
CONF_GRANT: Final = "grant"
CONF_RENEW: Final = "renew"
CONF_STATE_ENTITY: Final = "state_entity"
CONF_KEEPS_TIME: Final = "keeps_time"
CONF_PROVISION: Final = "provision"
CONF_POWER_ENTITY: Final = "power_entity"
CONF_OFF_BELOW: Final = "off_below"
CONF_WITNESSES: Final = "witnesses"
CONF_MICROPHONE_ENTITY: Final = "microphone_entity"
CONF_MICROPHONE_HARDWARE: Final = "microphone_hardware"
CONF_ACTIVATIONS: Final = "activations"
CONF_MORE_SIGNS: Final = "more_signs"  # asks for the form of the signs; not stored
CONF_SIGNS: Final = "signs"
CONF_POSTURE: Final = "posture"
CONF_ENFORCE: Final = "enforce"
CONF_FINISH_PLAYING: Final = "finish_playing"
CONF_REFUSE_PIPELINE: Final = "refuse_pipeline"
CONF_REST: Final = "rest"
CONF_BOOT: Final = "boot"

# The signs of a wake beyond an entity that is named alone, by their kinds.
CONF_STATES: Final = "states"
CONF_LEVELS: Final = "levels"
CONF_RISES: Final = "rises"
CONF_TOPICS: Final = "topics"
CONF_ALEXA_REMOTE: Final = "alexa_remote"
CONF_ABOVE: Final = "above"
CONF_BY: Final = "by"

# A rule.
CONF_KIND: Final = "kind"
CONF_EFFECT: Final = "effect"
CONF_SPEAKERS: Final = "speakers"
CONF_DAYS: Final = "days"
CONF_FROM: Final = "from"
CONF_TO: Final = "to"
CONF_QUANTIFIER: Final = "quantifier"
CONF_LINGER: Final = "linger"

DEFAULT_TOPIC_PREFIX: Final = "earlid"
DEFAULT_LEASE: Final = 300
DEFAULT_TRUST_FOR: Final = 120
DEFAULT_DEADLINE: Final = 10
DEFAULT_RETENTION_DAYS: Final = 400
DEFAULT_OFF_BELOW: Final = 0.2
DEFAULT_REST: Final = 10
DEFAULT_BOOT: Final = 60

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# What of a speaker's set-up says which relay it has and how that works; see `relays.make_relay`.
RELAY_FIELDS: Final = (
    CONF_RELAY,
    CONF_ENTITY_ID,
    CONF_INVERTED,
    CONF_AUTO_OFF,
    CONF_TOPIC,
    CONF_CHANNEL,
    CONF_HOST,
    CONF_DEVICE,
    CONF_PASSWORD,
    CONF_OFF,
    CONF_GRANT,
    CONF_RENEW,
    CONF_STATE_ENTITY,
    CONF_KEEPS_TIME,
)

LONGEST_LISTEN: Final = timedelta(hours=12)


class CommandsOverMqtt(StrEnum):
    """What `…/command` may do."""

    OFF = "off"
    MUTE_ONLY = "mute_only"
    ALL = "all"


class WhoMayAllow(StrEnum):
    """Who may do what can end in listening."""

    ANYONE = "anyone"
    ADMINS = "admins"


class WhenStopping(StrEnum):
    """What a clean stop does to speakers whose relay keeps no clock of its own."""

    LEAVE = "leave"
    OFF = "off"
