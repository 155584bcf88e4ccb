"""Campaigns are data: who is asked what, when, how often, and what a late one gets."""
