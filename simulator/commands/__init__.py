"""What the command `simulator` does, one module per verb."""
