"""Whole offices, carried from one database to another or to a file and back.

Nothing here names a table: what is carried is what `SQLModel.metadata` holds, so a table that is
added is carried too, and a table or column that cannot be carried is refused by name.
"""
