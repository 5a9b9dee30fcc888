"""What was found: the pages of published figures. Everything on them comes from the frozen document of a release."""

from feedback.public.results import maps, pages

__all__ = ["maps", "pages"]
