"""The frame that every page stands in: fragments, errors, assets, headers, forms, panels."""
