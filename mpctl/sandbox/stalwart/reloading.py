"""Endpoints that make stored settings live (section 5): GETs that act."""

from typing import Any

from mpctl.sandbox.stalwart.call import Call
from mpctl.sandbox.stalwart.findings import Findings


def reload(call: Call) -> Any:
    """GET /reload, also with any word behind it that no other reload has; all nodes follow."""
    dry = _is_dry(call)
    nodes_of = call.node if dry else None
    return call.state.reload(
        lambda node, view: node.reload(view, dry=dry), only=nodes_of
    ).document()


def reload_lookup(call: Call) -> Any:
    """GET /reload/lookup: this node only."""
    return call.state.reload(lambda node, view: node.reload_lookup(view), only=call.node).document()


def reload_blocked(call: Call) -> Any:
    """GET /reload/server.blocked-ip; all nodes follow."""
    return call.state.reload(lambda node, view: node.reload_blocked(view)).document()


def reload_certificate(_: Call) -> Any:
    """GET /reload/certificate: the simulator has none that could be wrong."""
    return Findings().document()


def _is_dry(call: Call) -> bool:
    """Any value counts, also `false`; an empty parameter is dropped."""
    if "dry-run" in call.parameters:
        return True
    named = any(name == "dry-run" for name, _ in call.request.query)
    return named and call.switches.empty_dry_run == "dry"
