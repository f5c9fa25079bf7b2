"""What had been published on training models in sequence, and on making them differ: B38."""

from secondlook.claims import Verdict, check, documents

WORKS = {
    "fahlman1990cascade": "Fahlman and Lebiere (1990): units added one at a time, those before held fixed, each "
    "trained on the error that is left",
    "jacobs1991adaptive": "Jacobs and others (1991): experts that share out the inputs among themselves",
    "wolpert1992stacked": "Wolpert (1992): stacking; with a single model, a second one that corrects its errors",
    "liu1999ensemble": "Liu and Yao (1999): a penalty on the similarity of the members",
    "friedman2000additive": "Friedman, Hastie and Tibshirani (2000): boosting as stages of additive logistic modelling",
    "schwenk2000boosting": "Schwenk and Bengio (2000): boosting of neural networks",
    "friedman2001greedy": "Friedman (2001): each stage fitted to what is left, and shrunk",
    "hinton2002training": "Hinton (2002): products of experts",
    "he2016deep": "He and others (2016): layers that add a correction to what comes in",
}
"""Works by key of the bibliography, oldest first, and what each does."""


def year_of(key: str) -> int:
    """The year in a key of the bibliography, which is author, year and a word."""
    return int("".join(c for c in key if c.isdigit())[:4])


@check("B38")
def no_related_work() -> Verdict:
    """Works on sequential training or on specialised models that were published before the document."""
    written = documents()["001"]["year"]
    before = [what for key, what in WORKS.items() if year_of(key) < written]
    return Verdict(
        "not upheld" if before else "upheld",
        f"We list {len(before)} related works from before {written}. The correcting model is one stage of the boosting "
        "of 2000 and 2001; the penalty that section 5.2 proposes is that of 1999.",
        evidence=tuple(f"{what}." for what in before),
    )
