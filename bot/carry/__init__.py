"""A whole office on the move: into another database, into a backup, and back."""
