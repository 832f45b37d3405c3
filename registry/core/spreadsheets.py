"""What a spreadsheet makes of a cell in a file that we hand out."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def plain_text(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
