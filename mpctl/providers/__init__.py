"""Translators between mpctl's words and each service's API, one package a service."""

from collections.abc import Mapping
from typing import Final

from mpctl.core.capabilities import Capabilities
from mpctl.providers.mailprotector.capabilities import CAPABILITIES as MAILPROTECTOR

CAPABILITIES: Final[Mapping[str, Capabilities]] = {MAILPROTECTOR.provider: MAILPROTECTOR}
