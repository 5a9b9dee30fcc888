"""Languages: which are on, catalogues of translations, and the wording of pages."""
