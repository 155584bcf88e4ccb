"""Clocks: one process has its own (`local`); the many-node one meets the same port."""
