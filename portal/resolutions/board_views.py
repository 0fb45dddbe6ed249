"""The board of resolutions: filters, columns, saved views, things done to many at once."""
