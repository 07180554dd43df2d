"""What operations make of the stored keys: nobody else's entry goes, and none that is needed."""

from __future__ import annotations

from mpctl.providers.stalwart.choice import Choice
from mpctl.providers.stalwart.editing import Editor
from mpctl.providers.stalwart.stored import Stored
from tests.providers.stalwart.workbench import admit, block, unblock

ADDRESS = "198.51.100.7"
BLOCKED = f"server.blocked-ip.{ADDRESS}"
LISTED = "lookup.mpctl.block.ip."


def test_an_address_that_somebody_else_blocks_is_not_written() -> None:
    """The server's own ban keeps its value; one of ours is ours."""
    wanted = block(ADDRESS)
    for value, foreign in (("", True), ("banned", True), ("mpctl", False)):
        edit = Editor(Stored({BLOCKED: value}), Choice(by_connection=True)).edit([wanted])

        assert (wanted in edit.foreign) is foreign
        assert edit.values == {}


def test_a_row_that_is_gone_takes_nothing_along() -> None:
    """Of a delete whose row no reading shows, no key is guessed."""
    gone = admit("203.0.113.9")
    edit = Editor(Stored({BLOCKED: ""}), Choice(by_connection=True)).edit([gone])

    assert (edit.values, edit.touched) == ({}, {gone: ()})


def test_an_entry_that_another_network_needs_stays() -> None:
    """Two networks share it; it is written anew with the one that is left, then it goes."""
    wide, narrow = "203.0.112.0/23", "203.0.113.0/24"
    both = f"mpctl: {wide} {narrow}"
    stored = Stored({f"{LISTED}203.0.112.*": f"mpctl: {wide}", f"{LISTED}203.0.113.*": both})

    without_wide = Editor(stored, Choice()).edit([unblock(wide)])
    without_both = Editor(stored, Choice()).edit([unblock(wide), unblock(narrow)])

    assert (
        without_wide.values.items()
        >= {
            f"{LISTED}203.0.112.*": None,
            f"{LISTED}203.0.113.*": "mpctl",
        }.items()
    )
    assert without_both.values.items() >= dict.fromkeys(stored.keys).items()


def test_an_entry_names_every_network_that_needs_it() -> None:
    """A narrow network that comes beside a wide one shares its entry."""
    wide, narrow = "203.0.112.0/23", "203.0.113.0/24"
    entries = (f"{LISTED}203.0.112.*", f"{LISTED}203.0.113.*")

    edit = Editor(Stored(dict.fromkeys(entries, f"mpctl: {wide}")), Choice()).edit([block(narrow)])

    assert edit.values.items() >= {entries[1]: f"mpctl: {wide} {narrow}"}.items()
    assert entries[0] not in edit.values


def test_what_puts_everything_back() -> None:
    """A key that was there has its old value again, one that came is taken away."""
    stored = Stored({f"{LISTED}192.0.2.1": "mpctl"})
    edit = Editor(stored, Choice()).edit([block("192.0.2.2"), unblock("192.0.2.1")])

    assert (
        edit.reverse.items()
        >= {
            f"{LISTED}192.0.2.1": "mpctl",
            f"{LISTED}192.0.2.2": None,
        }.items()
    )
