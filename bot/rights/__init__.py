"""What people may ask of their own data (UU 27/2022), in chat and for staff; law 11 about whom."""
