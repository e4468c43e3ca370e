"""How the world comes in: HTTP fetching within the address rule, and reading feeds."""
