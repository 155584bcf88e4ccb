"""What others may read: copies, recaps, official files."""
