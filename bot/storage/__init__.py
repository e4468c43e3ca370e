"""How facts are kept: the home of SQL and of the migrations."""
