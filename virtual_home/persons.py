"""The people of the home, by their phones: a `device_tracker` each, found over MQTT and attached to a person.

https://www.home-assistant.io/integrations/device_tracker.mqtt/; persons and the household group are set in
configuration.yaml, https://www.home-assistant.io/integrations/person/.
"""

from typing import Any

from .network import Network, slugify

HOUSEHOLD = "group.household"  # home while at least one person is


class Person:
    """Someone who is home or not."""

    def __init__(self, network: Network, name: str, *, home: bool = True) -> None:
        """Give them a phone."""
        self.name = name
        self.slug = slugify(name)
        self.entity_id = f"person.{self.slug}"
        self.tracker_id = f"device_tracker.{self.slug}_phone"
        self.home = home
        self._topic = f"phones/{self.slug}"
        self._network = network
        network.join(self._announce)

    def arrive(self) -> None:
        """Come home."""
        self._be(home=True)

    def leave(self) -> None:
        """Leave the house."""
        self._be(home=False)

    def _be(self, *, home: bool) -> None:
        self.home = home
        self._network.publish(self._topic, "home" if home else "not_home", retain=True)

    def _announce(self) -> None:
        self._network.discover(
            "device_tracker",
            "phones",
            self.slug,
            {
                "name": f"{self.name} phone",
                "state_topic": self._topic,
                "default_entity_id": self.tracker_id,
                "unique_id": f"phone_{self.slug}",
                "source_type": "router",
            },
        )
        self._be(home=self.home)


def persons_configuration(persons: list[Person]) -> dict[str, Any]:
    """Return the `person:` and `group:` parts of configuration.yaml."""
    return {
        "person": [
            {"id": person.slug, "name": person.name, "device_trackers": [person.tracker_id]} for person in persons
        ],
        "group": {"household": {"name": "Household", "entities": [person.entity_id for person in persons]}},
    }
