"""What is printed on paper: templates and data become PDF."""
