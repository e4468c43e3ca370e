"""What the measures of a text are worth: learned from labelled texts, never from one alone."""
