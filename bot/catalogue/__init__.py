"""What is known beforehand: reads and checks `data/`, once, at start."""
