"""The page on which a head of department updates all that is due."""
