"""Who is told what: the views of the household, and everyone who listens to them."""

from collections.abc import Callable, Collection
from functools import partial
import logging

from homeassistant.core import HomeAssistant, callback

from . import inside
from .afterwards import Afterwards, Tell
from .engine.model import Record
from .facts import Eyes
from .guard import Guard
from .rulebook import Rulebook
from .runtime import RuleView, SpeakerView
from .storage import Json

_LOGGER = logging.getLogger(__name__)


class Audience:
    """Keeps the views, and tells of each change."""

    def __init__(self, hass: HomeAssistant, eyes: Eyes, guard: Guard, rulebook: Rulebook, looked: Tell) -> None:
        """Tell nobody yet; `looked` is called with what came of each look."""
        self._afterwards = Afterwards(hass, self.seen, looked)
        self._eyes = eyes
        self._guard = guard
        self._rulebook = rulebook
        self._views: dict[str, SpeakerView] = {}
        self._rule_views: dict[str, RuleView] = {}
        self._on_change: dict[str | None, list[Callable[[], None]]] = {}
        self._on_record: list[Callable[[Record], None]] = []
        self._on_speaker: list[Callable[[SpeakerView], None]] = []
        self._on_rule: list[Callable[[RuleView], None]] = []

    @property
    def speakers(self) -> dict[str, SpeakerView]:
        """The speakers by slug."""
        return self._views

    @property
    def rules(self) -> dict[str, RuleView]:
        """The rules by slug."""
        return self._rule_views

    @property
    def lockdown(self) -> bool:
        """Whether everything is off, above all else."""
        return self._guard.lockdown

    def on_change(self, slug: str | None, told: Callable[[], None]) -> Callable[[], None]:
        """Call `told` after each change of that speaker's view, or (None) of any view; return what stops it."""
        return _join(self._on_change.setdefault(slug, []), told)

    def on_record(self, told: Callable[[Record], None]) -> Callable[[], None]:
        """Call `told` with each record; return what stops it."""
        return _join(self._on_record, told)

    def on_speaker(self, told: Callable[[SpeakerView], None]) -> Callable[[], None]:
        """Call `told` with each speaker there is and each that comes; return what stops it."""
        for view in self._views.values():
            told(view)
        return _join(self._on_speaker, told)

    def on_rule(self, told: Callable[[RuleView], None]) -> Callable[[], None]:
        """Call `told` with each rule there is and each that comes; return what stops it."""
        for view in self._rule_views.values():
            told(view)
        return _join(self._on_rule, told)

    @callback
    def tell(self, views: Collection[SpeakerView], records: list[Record]) -> None:
        """Show these speakers so, and tell who listens to them."""
        came = [view for view in views if view.speaker.slug not in self._views]
        self._views |= {view.speaker.slug: view for view in views}
        rules, self._rule_views = self._rule_views, self._rulebook.views
        for view in came:
            _tell(self._on_speaker, view)
        for slug in self._rule_views.keys() - rules.keys():
            _tell(self._on_rule, self._rule_views[slug])
        for view in views:
            _tell(self._on_change.get(view.speaker.slug, ()))
        _tell(self._on_change.get(None, ()))
        for record in records:
            _tell(self._on_record, record)

    @callback
    def seen(self, slugs: Collection[str]) -> list[SpeakerView]:
        """Return these speakers as the guard sees them now; those it has not looked at yet are left out."""
        views = []
        for slug in slugs:
            try:
                view = self._guard.view(slug)
            except Exception:
                _LOGGER.exception("How %s is now cannot be told", slug)
                continue
            if view is not None:
                views.append(view)
        return views

    @property
    def inside(self) -> Json:
        """What steps read and remember, and rules stand on."""
        return inside.tell(self._eyes, self._guard, self._rulebook)

    @callback
    def forget(self, slug: str) -> SpeakerView | None:
        """Return the last view of a speaker that is gone, and show it no more."""
        self._guard.catch_up()
        self._afterwards.catch_up()
        return self._views.pop(slug, None)


def _join[T](audience: list[T], told: T) -> Callable[[], None]:
    audience.append(told)
    return partial(audience.remove, told)


def _tell[**P](audience: Collection[Callable[P, None]], *args: P.args, **kwargs: P.kwargs) -> None:
    """Tell each; one who stumbles over the news does not keep it from the others."""
    for told in tuple(audience):
        try:
            told(*args, **kwargs)
        except Exception:
            _LOGGER.exception("Someone who was told of a change failed")
