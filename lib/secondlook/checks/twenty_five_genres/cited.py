"""What the document says of the Netflix prize, and the work that it cites for it: B37."""

from secondlook.claims import Verdict, check

CITED, AWARDED, TOLD = 2007, 2009, 2012
"""Years: of the paper cited, of the prize, and of the account by Netflix."""


@check("B37")
def netflix() -> Verdict:
    """The dates of the paper, of the prize, and of the account that says it."""
    return Verdict(
        "miscited" if CITED < AWARDED else "upheld",
        f"The paper cited, Bennett and Lanning ({CITED}), announces the contest. The prize was won in {AWARDED}, so "
        f"the paper cannot say what became of the winner. Netflix said it itself in {TOLD} (Amatriain and Basilico, "
        "Netflix Technology Blog). So what is claimed holds, from another source.",
        evidence=(
            f"The paper of {CITED} has the contest's data, its rules and its first year.",
            f"Netflix said in {TOLD} that two algorithms of the 2007 progress prize went into use, and of the final "
            "ensemble that the gain in accuracy did not seem to justify the effort of bringing it into production.",
        ),
    )
