"""Who may open the page."""

from __future__ import annotations

import socket

import pytest

from mer_ros.web.access import Access, access_for

LOCAL = Access("127.0.0.1", 8095)
OPEN = Access("0.0.0.0", 8095, "secret")


@pytest.mark.parametrize("host", ["127.0.0.1:8095", "localhost:8095", "LOCALHOST:8095", "[::1]:8095"])
def test_names_of_this_machine_are_served(host: str) -> None:
    assert LOCAL.refusal({"host": host}) == ""


@pytest.mark.parametrize(
    "host",
    ["", "127.0.0.1", "127.0.0.1:80", "stranger.example:8095", "localhost.example:8095", "192.168.0.7:8095"],
)
def test_another_host_is_refused_in_one_sentence(host: str) -> None:
    refusal = LOCAL.refusal({"host": host})
    assert refusal.startswith("The address '") and refusal.endswith("prints.")


def test_a_long_host_is_not_repeated_whole() -> None:
    assert len(LOCAL.refusal({"host": "a" * 5000})) < 250


@pytest.mark.parametrize(
    ("origin", "needed", "served"),
    [
        ("", False, True),
        ("", True, False),
        ("http://127.0.0.1:8095", True, True),
        ("http://127.0.0.1:8096", False, False),
        ("https://stranger.example", True, False),
        ("null", True, False),
    ],
)
def test_a_page_of_another_origin_is_refused(origin: str, needed: bool, served: bool) -> None:
    headers = {"host": "127.0.0.1:8095"} | ({"origin": origin} if origin else {})
    assert (LOCAL.refusal(headers, needed) == "") is served


@pytest.mark.parametrize(
    "name", [socket.gethostname(), f"{socket.gethostname()}.local", "192.168.0.7", "localhost"]
)
def test_a_server_for_all_requires_the_token_under_each_of_its_names(name: str) -> None:
    assert OPEN.refusal({"host": f"{name}:8095"}) == "" == OPEN.token_refusal("secret")
    for wrong in ("", "secre", "secrets", "SECRET", "sécret"):
        assert "token" in OPEN.token_refusal(wrong) and len(OPEN.token_refusal(wrong).encode()) <= 123
    assert OPEN.refusal({"host": "stranger.example:8095"})
    assert LOCAL.token_refusal("") == LOCAL.token_refusal("of an earlier server") == ""


def test_a_server_of_one_address_has_a_token_too() -> None:
    first, second = access_for("192.168.0.7", 8095), access_for("192.168.0.7", 8095)
    assert len(first.token) >= 20 and first.token != second.token
    assert first.address == f"http://192.168.0.7:8095/?token={first.token}"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8095/"),
        ("localhost", "http://localhost:8095/"),
        ("::1", "http://[::1]:8095/"),
    ],
)
def test_a_local_server_has_none(host: str, address: str) -> None:
    assert access_for(host, 8095) == Access(host, 8095) and access_for(host, 8095).address == address


def test_the_address_of_a_server_for_all_is_the_name_of_this_machine() -> None:
    assert OPEN.address == f"http://{socket.gethostname()}:8095/?token=secret"
