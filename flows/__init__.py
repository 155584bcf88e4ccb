"""Questionnaires and the interview engine: values in, values out.

Nothing here reads a clock, rolls dice or touches the outside world; time, names and seeds
arrive as arguments, so every conversation can be replayed (law 9).
"""
