"""Who is due, when, how fast; the life of what is owed."""
