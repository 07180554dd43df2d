"""What a change of policies means by itself."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from mpctl.core.declared import declared_changes
from mpctl.core.sides import with_dropped
from mpctl.core.state import DesiredEntity, DesiredState
from tests.strategies import ENTITY, NOW, capabilities, desired_entities


@given(desired_entities())
def test_the_very_same_is_compared_without_looking(desired: DesiredEntity) -> None:
    """An entity that both sides share comes to what comparing it with its like would."""
    head, like = DesiredState({ENTITY: desired}), DesiredState({ENTITY: replace(desired)})
    services = {ENTITY.target: capabilities()}

    assert declared_changes(head, head, services, NOW) == declared_changes(
        head, like, services, NOW
    )
    assert with_dropped(head, head) == with_dropped(head, like)
