"""People: how they sign in and how their scripts do."""
