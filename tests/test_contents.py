"""What the notebooks say of themselves is found wherever black or a person breaks the lines."""

from pathlib import Path

import pytest

from secondlook import contents
from secondlook.claims import ledger

FIGURES = Path(__file__).parents[1] / "figures"
SOURCE = """\
# %% [markdown]
# # 7 · Seven bridges
#
# **You will see** bridges. **You need** legs. **Takes** 5 minutes to read;
# 2.5 seconds to run.

# %% [markdown]
# ## Walking
#
# ### There

# %%
say(table("D01", "D02"))

# %%
say(
    table(
        "D03",
        'A01',
    )
)

# %% [markdown]
# ## And back
#
# Words.

# %% [markdown]
# **Figure 7.1** *Two banks.* One
# is left.

# %%
fig, ax = plt.subplots()
show(fig, "07_banks", "Two lines.")

# %%
say(table("B01"))
portable("C01")
"""


def test_a_notebook_is_read_from_its_source() -> None:
    found = contents.parse("07_seven_bridges", SOURCE)
    assert found.title == "Seven bridges"
    assert found.takes == "5 minutes to read; 2.5 seconds to run"
    assert found.claims == {"D01": "There", "D02": "There", "D03": "There", "A01": "There", "B01": "And back"}
    assert found.captions == {"07_banks": "**Figure 7.1** *Two banks.* One is left."}


def test_what_a_notebook_does_not_say_is_empty() -> None:
    assert contents.parse("07_empty", "# %%\n1\n") == contents.Notebook("07_empty", "", "", {}, {})


def test_the_notebooks_of_the_project_say_all_of_it_and_show_only_claims_of_the_ledger() -> None:
    for notebook in contents.notebooks():
        assert notebook.title
        assert 0 < len(notebook.takes) < 120
        assert set(notebook.claims) <= set(ledger())
        assert set(notebook.captions) == {path.stem for path in FIGURES.glob(f"{notebook.stem[:2]}_*.svg")}


def test_a_claim_of_a_notebook_has_its_section_and_others_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "notebooks", lambda: (contents.parse("07_seven_bridges", SOURCE),))
    assert contents.section("A01") == "There"
    assert contents.section("C01") is None


def test_outside_a_checkout_there_are_no_notebooks(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise contents.ResultError("no checkout")

    monkeypatch.setattr(contents, "root", nowhere)
    assert contents.notebooks.__wrapped__() == ()
