"""What a person's feed holds."""

from portal.core import clock


def test_an_empty_feed_is_a_valid_calendar_with_a_zone(client, address_of, bob):
    pass
