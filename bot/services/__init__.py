"""What Tocsin can do: one use case per file. No SQL, HTTP, Discord or prose."""
