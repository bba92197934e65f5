"""Who speaks for the patient."""
