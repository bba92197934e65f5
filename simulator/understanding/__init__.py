"""What an utterance asks for and does: reads clauses, acts, topics and follow-ups against the dialogue's focus."""
