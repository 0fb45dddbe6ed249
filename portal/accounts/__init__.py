"""People, departments, roles and sign-in."""
