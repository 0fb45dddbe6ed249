"""iCalendar out: feeds, files; and the calendar pages."""
