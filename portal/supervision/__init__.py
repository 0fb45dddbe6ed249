"""Supervision of what was decided: delays, urging, evaluation, bulletins, saved views, open items of later meetings."""
