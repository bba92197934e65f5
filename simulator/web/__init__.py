"""The pages: one FastAPI server with Chainlit for the interview and NiceGUI for the rest, behind one gate."""
