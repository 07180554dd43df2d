"""What Stalwart might do where the Stalwart reference is unsure, and worlds that it warns of.

`row` is the line of its table of uncertain points (section 13); 0 where the behaviour is named by
another section. The help then says which.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mpctl.sandbox.switch import OFF, Switch, choice, described, number, typed

SETTINGS_PERMISSIONS = ("settings-list", "settings-update", "settings-reload")


@dataclass(frozen=True)
class Switches:
    """The behaviour of one simulator; a field is a switch, its first choice the default."""

    version: Literal["0.13", "0.11", "0.12", "0.14", "0.15", "0.16"] = choice(
        "0.13",
        5,
        "the server's version: train paths, permissions, headers; 0.16 knows none of these calls",
        withholds=("0.16",),
    )
    full_reload_lists: Literal["keeps", "refreshes"] = choice(
        "keeps", 1, "a full reload leaves lookup lists alone that are loaded, or refreshes them"
    )
    emptied_list: Literal["stays", "goes"] = choice(
        "stays", 1, "a lookup list without any key left stays live, or goes, at a lookup reload"
    )
    reload_errors: Literal["block", "apply_rest"] = choice(
        "block", 1, "an error anywhere stops a full reload, or only what it concerns is left out"
    )
    empty_dry_run: Literal["real", "dry"] = choice(
        "real", 1, "'?dry-run=' without a value is a real reload, or a dry run"
    )
    oauth: Literal["allowed", "403"] = choice(
        "allowed", 2, "whether POST /oauth, which tells the version, is allowed"
    )
    problem_detail: Literal["documented", "reworded", "absent"] = choice(
        "documented", 3, "the detail of problem documents"
    )
    member_order: Literal["documented", "ascending", "descending"] = choice(
        "documented", 4, "the order of JSON members, but for the items of settings/list"
    )
    slow_classify: int = number(
        ("0", "20"), 6, "milliseconds that a classify takes (it asks the DNS)", minimum=0
    )
    local_keys: Literal["default", "custom"] = choice(
        "default", 7, "the administrator replaced the list of keys that live in the local file"
    )
    shadow: Literal["off", "threshold", "score", "rule", "entry"] = choice(
        "off",
        7,
        "a key set in the server's local file hides what is written",
        withholds=("threshold", "score", "rule", "entry"),
    )
    proxy_body: int = number(
        (OFF, "65536"), 8, "a reverse proxy refuses bodies over so many bytes", minimum=1024
    )
    proxy_url: int = number(
        (OFF, "1024"), 8, "a reverse proxy refuses paths with query over so many bytes", minimum=128
    )
    foreign_error: Literal["off", "pyzor", "score", "address"] = choice(
        "off", 0, "a setting that is not ours makes every full reload fail (section 5.2)"
    )
    foreign_warning: Literal["off", "on"] = choice(
        "off", 0, "every full reload warns of a setting that is not ours (section 5.2)"
    )
    cluster: Literal["off", "standby", "balanced"] = choice(
        "off",
        0,
        "a second node that lookup reloads do not reach; balanced: requests go to both in turn "
        "(section 5.4)",
    )
    fail_after_op: int = number(
        (OFF, "1", "2"),
        0,
        "a POST of settings fails with 500 after so many operations (section 4.7)",
        minimum=1,
    )
    slow_reload: int = number(
        ("0", "20"), 0, "milliseconds that a reload takes (section 12)", minimum=0
    )
    store: Literal["rocksdb", "mysql"] = choice(
        "rocksdb", 0, "the database; mysql fails with 500 on keys over 255 bytes (section 3.4)"
    )
    tag_order: Literal["ascending", "descending"] = choice(
        "ascending", 0, "the order in which tags are visited, which is random (section 6.4)"
    )
    missing_permission: Literal[
        "none",
        "authenticate",
        "authenticate-oauth",
        "settings-list",
        "settings-update",
        "settings-reload",
        "spam-filter-train",
        "spam-filter-test",
        "message-queue-list",
        "message-queue-get",
        "message-queue-update",
        "message-queue-delete",
        "domain-list",
    ] = choice(
        "none", 0, "what the API key may not do (section 2.3)", withholds=SETTINGS_PERMISSIONS
    )
    totp: Literal["off", "on"] = choice(
        "off", 0, "the administrator's password needs a code, appended after $ (section 2.2)"
    )
    client: Literal["loopback", "outside"] = choice(
        "loopback", 0, "where requests seem to come from; outside can be banned (section 2.2)"
    )
    concurrency: int = number(
        ("4", "1"),
        0,
        "requests of one account at the same time before 400 (section 3.3)",
        minimum=1,
    )
    rate_limit: int = number(
        ("1000", "20", OFF),
        0,
        "requests of one account in a minute before 429 (section 3.4)",
        minimum=1,
    )
    read_lag: int = number(
        ("0", "1"), 0, "reads of settings that show the old state after a write", minimum=0
    )
    log_file: Literal["present", "absent"] = choice(
        "present", 0, "whether there is a log file to show (section 3.2)"
    )
    download: Literal["works", "500"] = choice(
        "works", 0, "whether the vendor's rules can be downloaded (section 7.3)"
    )

    @classmethod
    def of(cls, chosen: Mapping[str, str]) -> "Switches":
        """Return the behaviour for chosen names and values; ValueError names the choices."""
        return cls(**typed(chosen, SWITCHES))

    def since(self, version: str) -> bool:
        """Whether the server is of this version or a later one."""
        return _minor(self.version) >= _minor(version)


def _minor(version: str) -> int:
    return int(version.partition(".")[2])


SWITCHES: Mapping[str, Switch] = described(Switches)
