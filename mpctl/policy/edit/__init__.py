"""Edits of policy files by position: everything but what changes stays byte for byte.

A wish (`wishes`) becomes splices of the text (`splice`, `lists`, `mappings`, `document`) at the
places that the loader's own parser gives (`outline`), or a file of its own (`newfile`). The result
is read again as any command reads policies, and proven to mean the wish and nothing else (`proof`).
Nothing here writes to a disk.
"""

from mpctl.policy.edit.book import Book, Edit, Proposal
from mpctl.policy.edit.proposing import propose
from mpctl.policy.edit.refusing import not_editable
from mpctl.policy.edit.wishes import AddRule, RemoveRule, SetSetting, Wish
from mpctl.policy.edit.writing import Spoken

__all__ = [
    "AddRule",
    "Book",
    "Edit",
    "Proposal",
    "RemoveRule",
    "SetSetting",
    "Spoken",
    "Wish",
    "not_editable",
    "propose",
]
