"""The page on which decisions are found by their words."""
