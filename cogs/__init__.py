"""What people can ask. One file per command group: check, call one service, answer."""
