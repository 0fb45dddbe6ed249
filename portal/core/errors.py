"""What a command raises when it says no. The words are for the person who asked."""


class DomainError(Exception):
    """A rule of the house refuses. `field` names the form field that the words belong to, if one does."""

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


class NotAllowed(DomainError):
    """The actor has no right to do this (answered with 403)."""


class Missing(DomainError):
    """There is no such record, or the actor may not know of it (answered with 404)."""
