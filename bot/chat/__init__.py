"""How Tocsin speaks Discord, unasked: client, messenger, cards, limits, escaping."""
