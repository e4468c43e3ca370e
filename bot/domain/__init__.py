"""What things are: values, enums and transitions. Standard library only; no await, no clock."""
