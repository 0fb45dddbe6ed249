"""What `portal serve --demo` says of an empty house: where it is, and who can sign in."""

from portal.demo import PASSWORD
from tests.browser.house import House


def test_it_says_where_it_is_and_who_can_sign_in(house: House) -> None:
    said = (house.instance / "serve.log").read_text()
    for words in (house.url, "employee", "administrator", PASSWORD, "outbox"):
        assert words in said
