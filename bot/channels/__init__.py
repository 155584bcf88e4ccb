"""Channels translate between a provider's words and ours, and do nothing else."""
