"""Configuration is inherited, read and set (the Mailprotector reference, section 8)."""

import pytest

from mpctl.sandbox import SampleData
from tests.sandbox.conftest import Serve
from tests.sandbox.talk import Client

FALSE = {
    "allow_spam_release": False,
    "allow_policy_release": False,
    "allow_virus_release": False,
}
ENTITIES = ["resellers/400", "customers/5001", "domains/9101", "user_groups/3101"]


def test_the_document(serve: Serve) -> None:
    """A GET has all sections in an envelope, with the provider's defaults where nothing is set."""
    client = serve(data=SampleData.tiny({"a.example": {}}))

    document = client.get("/domains/9101/configuration").json

    assert set(document) == {"configuration"}
    assert set(document["configuration"]) == {
        "region",
        "billing",
        "branding",
        "archiving",
        "permissions",
    }
    assert document["configuration"]["permissions"] == {"messages": FALSE, "console": {}}


@pytest.mark.parametrize("entity", ENTITIES)
def test_a_put_sets_one_leaf(client: Client, entity: str) -> None:
    """A PUT of one leaf answers with the whole document, and leaves the siblings alone."""
    before = client.get(f"/{entity}/configuration").json["configuration"]

    reply = client.allow_spam_release(to=True, of=entity)

    before["permissions"]["messages"]["allow_spam_release"] = True
    assert (reply.status, reply.json) == (200, before)
    assert client.get(f"/{entity}/configuration").json == {"configuration": before}


def test_inheritance(client: Client) -> None:
    """What is set at the customer is read at its domains and groups that set nothing."""
    client.allow_spam_release(to=True, of="customers/5002")

    assert client.permissions("domains/9203")["allow_spam_release"]
    assert client.permissions("user_groups/3201")["allow_spam_release"]


def test_the_nearest_value_wins(client: Client) -> None:
    """A local value hides the value of an ancestor."""
    client.allow_spam_release(to=True, of="customers/5002")
    client.allow_spam_release(to=False, of="domains/9203")

    assert client.permissions("domains/9203")["allow_spam_release"] is False


def test_siblings_are_inherited_one_by_one(client: Client) -> None:
    """A local leaf does not cut its siblings off from their ancestors."""
    client.allow_spam_release(to=True, of="domains/9203")
    client.state.set_permission("customers", 5002, allow_policy_release=True)

    assert client.permissions("domains/9203")["allow_policy_release"]


def test_section_replace(serve: Serve) -> None:
    """`config_put=section_replace` loses what the PUT of a section leaves out."""
    client = serve(switches={"config_put": "section_replace"})

    client.allow_spam_release(to=True)

    document = client.get("/domains/9101/configuration").json["configuration"]
    assert document["permissions"] == {"messages": {"allow_spam_release": True}}
    assert document["region"]["locale"] == "en"


def test_section_replace_can_be_undone(serve: Serve) -> None:
    """Under `config_put=section_replace` a PUT of the recorded section restores it."""
    client = serve(switches={"config_put": "section_replace"})
    before = client.get("/domains/9101/configuration").json["configuration"]

    client.allow_spam_release(to=True)
    client.call("PUT", "/domains/9101/configuration", {"permissions": before["permissions"]})

    assert client.get("/domains/9101/configuration").json["configuration"] == before


def test_config_get_local(serve: Serve) -> None:
    """`config_get=local` shows nothing that the entity does not set itself."""
    client = serve(switches={"config_get": "local"})

    assert client.get("/domains/9203/configuration").json == {"configuration": {}}
    assert client.allow_spam_release(to=True, of="domains/9203").json == {
        "permissions": {"messages": {"allow_spam_release": True}}
    }


@pytest.mark.parametrize("mode", ["deep_merge", "section_replace"])
def test_a_wrapped_put(serve: Serve, mode: str) -> None:
    """A PUT in an envelope changes nothing and says 200."""
    client = serve(switches={"config_put": mode})
    before = client.state.snapshot()
    body = {"configuration": {"permissions": {"messages": {"allow_spam_release": True}}}}

    assert client.call("PUT", "/domains/9101/configuration", body).status == 200
    assert client.state.snapshot() == before


@pytest.mark.parametrize("value", ["true", 1, None, []])
def test_a_permission_is_true_or_false(client: Client, value: object) -> None:
    """A permission that is no boolean is 422, and nothing changes."""
    before = client.state.snapshot()

    assert client.allow_spam_release(to=value).status == 422
    assert client.state.snapshot() == before


@pytest.mark.parametrize("body", [{"permissions": True}, {"permissions": {"messages": 1}}])
def test_a_section_is_an_object(client: Client, body: object) -> None:
    """A section that is no object is 422."""
    assert client.call("PUT", "/domains/9101/configuration", body).status == 422


def test_a_body_is_an_object(client: Client) -> None:
    """A document that is no object is 422."""
    assert client.call("PUT", "/domains/9101/configuration", [1]).status == 422


def test_users_have_no_configuration(client: Client) -> None:
    """A user's configuration is 404 by default, though the user exists."""
    assert client.get("/users/70001/configuration").status == 404
    assert client.allow_spam_release(to=True, of="users/70001").status == 404
    assert client.get("/users/70001").status == 200


def test_user_configuration_present(serve: Serve) -> None:
    """`user_configuration=present` gives users a configuration."""
    client = serve(switches={"user_configuration": "present"})

    client.allow_spam_release(to=True, of="users/70001")

    assert client.permissions("users/70001")["allow_spam_release"]


def test_read_lag(serve: Serve) -> None:
    """`read_lag=1` shows the old configuration to the next read after a PUT."""
    client = serve(switches={"read_lag": "1"})
    client.allow_spam_release(to=True)

    shown = [client.permissions()["allow_spam_release"] for _ in range(2)]

    assert shown == [False, True]
