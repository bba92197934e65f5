"""The nouns of the examination: pure values and the seams between the parts. No framework is imported here."""
