"""A standardised clinical examination (OSCE, French ECOS) simulator for teaching."""

__version__ = "0.1.0"
