"""Mark transcripts against rubrics: every point with the candidate's own words."""
