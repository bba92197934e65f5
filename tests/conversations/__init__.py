"""Whole interviews as real students hold them, with what a careful human marker makes of them."""
