"""What CloudFilter might do where the Mailprotector reference, section 15, knows no answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mpctl.sandbox.mailprotector.mailswitches import MailSwitches
from mpctl.sandbox.switch import OFF, Switch, choice, described, number, typed


@dataclass(frozen=True)
class ServiceSwitches:
    """The part of a simulator's behaviour that concerns everything but mail."""

    pagination_header: Literal["rails", "current_page", "minimal", "absent", "garbage"] = choice(
        "rails", 1, "field names of the X-Pagination header, or none, or no JSON"
    )
    wrong_total: Literal["off", "on"] = choice(
        "off", 1, "X-Pagination promises one row more than there is", withholds=("on",)
    )
    ignores_page: Literal["off", "on"] = choice("off", 1, "every page is the first page")
    page_cap: int = number(
        ("100", "7"),
        2,
        "the most rows of a page, whatever is asked for; never over 50 for logs and messages",
        minimum=1,
    )
    rules_list: Literal["direct", "direct+inherited", "subtree"] = choice(
        "direct", 3, "a rule list also shows the rules of ancestors, or of everything below"
    )
    rule_entity: Literal["nested", "flat", "absent"] = choice(
        "nested", 3, "how a rule names its owner", withholds=("absent",)
    )
    duplicate_rule: Literal["reject", "accept", "existing"] = choice(
        "reject", 4, "a rule created twice: 422, a second row, or the row that exists"
    )
    opposite_rule: Literal["accept", "422"] = choice(
        "accept", 5, "allow and block of one value on one entity"
    )
    value_case: Literal["keep", "lower"] = choice("keep", 6, "the case of stored values")
    high_risk_allow: Literal["accept", "422"] = choice(
        "accept", 7, "an allow of the organisation's own domain or of a common mailbox provider"
    )
    ip_or_tld: Literal["422", "accept"] = choice("422", 8, "an IP address or a TLD as a value")
    user_configuration: Literal["absent", "present"] = choice(
        "absent", 9, "whether users have a configuration"
    )
    config_get: Literal["effective", "local"] = choice(
        "effective", 10, "a configuration shows inherited values, or only the entity's own"
    )
    config_put: Literal["deep_merge", "section_replace"] = choice(
        "deep_merge",
        11,
        "a PUT is merged leaf by leaf, or replaces whole sections",
        withholds=("section_replace",),
    )
    error_body: Literal["message", "error", "errors_map", "errors_list", "text", "html"] = choice(
        "message", 16, "the shape of an error"
    )
    foreign_entity: Literal["404", "403"] = choice(
        "404", 17, "the status for an entity of another reseller"
    )
    envelope: Literal["documented", "all_wrapped", "none_wrapped"] = choice(
        "documented", 18, "which answers are wrapped in an object with one key"
    )
    id_type: Literal["int", "string"] = choice("int", 19, "the JSON type of ids")
    rule_type_case: Literal["Title", "lower", "UPPER"] = choice(
        "Title", 20, "the case of rule_type and entity_type"
    )
    bool_style: Literal["json", "int", "string"] = choice(
        "json", 21, 'booleans as true, 1 or "true"'
    )
    write_codes: Literal["documented", "all200", "all204"] = choice(
        "documented", 22, "the success code of writes; 204 comes without a body"
    )
    read_lag: int = number(
        ("0", "1"),
        23,
        "reads of an entity, or of held mail, that show the old state after a write",
        minimum=0,
    )
    aliases_in_lists: Literal["included", "omitted"] = choice(
        "included", 25, "alias domains and alias users in lists"
    )
    unknown_filter: Literal["ignore", "400", "empty"] = choice(
        "ignore", 26, "a query parameter that no row has"
    )
    rate_limit: int = number((OFF, "50"), 27, "requests in a second before 429", minimum=1)
    retry_after: Literal["seconds", "date", "absent"] = choice(
        "seconds", 27, "the Retry-After header of a 429"
    )
    sparse: Literal["off", "on"] = choice(
        "off", 28, "entities, rules and mail come without any field that is not needed to know them"
    )


@dataclass(frozen=True)
class Switches(MailSwitches, ServiceSwitches):
    """The behaviour of one simulator; a field is a switch, its first choice the default."""

    @classmethod
    def of(cls, chosen: Mapping[str, str]) -> "Switches":
        """Return the behaviour for chosen names and values; ValueError names the choices."""
        return cls(**typed(chosen, SWITCHES))


SWITCHES: Mapping[str, Switch] = described(Switches)
