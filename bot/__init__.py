"""Where people come in and go out; the only package that knows all the others."""
