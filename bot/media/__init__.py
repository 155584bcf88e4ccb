"""What people attach: fetched, checked by content, kept encrypted outside the database."""
