"""Who is asked to a meeting, and how they are told: groups, lists, eligibility, notices, urging."""
