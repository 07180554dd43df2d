"""Translators between mpctl's words and each service's API, one package a service."""

from collections.abc import Mapping
from typing import Final

from mpctl.core.capabilities import Capabilities
from mpctl.providers.mailbaby.capabilities import CAPABILITIES as MAILBABY
from mpctl.providers.mailprotector.capabilities import CAPABILITIES as MAILPROTECTOR
from mpctl.providers.rackspace.capabilities import CAPABILITIES as RACKSPACE
from mpctl.providers.stalwart.capabilities import CAPABILITIES as STALWART

CAPABILITIES: Final[Mapping[str, Capabilities]] = {
    service.provider: service for service in (MAILPROTECTOR, RACKSPACE, MAILBABY, STALWART)
}
