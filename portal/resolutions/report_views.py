"""Pages on which reports are drafted, signed and given back."""
