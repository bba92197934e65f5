"""Language models behind an OpenAI-compatible address: the client, its limits, and two models for tests."""
