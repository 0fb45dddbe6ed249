"""The annual plan of meetings: entries of departments, versions with reasons, planned against held."""
