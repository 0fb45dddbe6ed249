"""Telling people: an inbox in the portal, and an outbox of mails that the worker delivers."""
