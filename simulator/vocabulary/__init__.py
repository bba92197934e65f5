"""The controlled terms of history-taking, examination, tests and communication, with how people say them."""

from simulator.vocabulary.topics import Topic, Unscripted, Vocabulary

__all__ = ["Topic", "Unscripted", "Vocabulary"]
