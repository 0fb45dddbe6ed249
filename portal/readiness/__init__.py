"""Getting a meeting ready: its tasks from the checklist, equipment test, venue acceptance, the check before it."""
