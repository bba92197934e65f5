"""The encounter: the LangGraph machine, what may be told, the clock, and the runner that pages and commands call."""
