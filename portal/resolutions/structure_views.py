"""Pages on which resolutions are split, merged, linked and handed over."""
