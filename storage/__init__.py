"""What is true: tables, queries, migrations, retention. Knows no channel and no sheet."""
