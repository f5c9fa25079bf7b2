"""AudioSet: which clips are kept, and in which split."""

from pathlib import Path

import numpy as np
import pytest

from secondlook.data import DataError, audioset


def saved(file: Path, **changed: np.ndarray) -> Path:
    several = np.eye(25, dtype=np.uint8)[[0, 5, 6, 24, 3, 3]]
    several[4, 9] = 1
    np.savez(
        file,
        embedding=changed.get("embedding", np.arange(6 * 1280, dtype=np.uint32).astype(np.uint8).reshape(6, 10, 128)),
        n_frames=np.array([10, 10, 8, 10, 10, 10], np.uint8),
        genre_multi_hot=changed.get("genre_multi_hot", several),
        genre_names=np.array([f"genre {k}" for k in range(25)], "S22"),
        is_eval=np.array([False, True, True, False, True, True]),
    )
    return file


def test_whole_clips_of_one_genre_are_kept(tmp_path: Path) -> None:
    splits, names = audioset.parse(saved(tmp_path / "a.npz"))
    assert splits["train"].y.tolist() == [0, 24] and splits["test"].y.tolist() == [5, 3]
    stored = np.arange(6 * 1280, dtype=np.uint32).astype(np.uint8).reshape(6, 10, 128)
    assert np.array_equal(splits["test"].x, stored[[1, 5]]) and names[24] == "genre 24"


@pytest.mark.parametrize(("changed", "said"), [
    ({"genre_multi_hot": np.full((6, 25), 2, np.uint8)}, "genre_multi_hot holds 2, above 1"),
    ({"embedding": np.zeros((6, 10, 127), np.uint8)}, "embedding has shape"),
])  # fmt: skip
def test_what_cannot_be_is_refused(tmp_path: Path, changed: dict[str, np.ndarray], said: str) -> None:
    with pytest.raises(DataError, match=rf"a\.npz: {said}.*no public copy is known: put a whole one there"):
        audioset.parse(saved(tmp_path / "a.npz", **changed))


@pytest.mark.realdata("audioset_genre")
def test_the_real_clips() -> None:
    clips = audioset.load()
    assert len(clips["train"].y) + len(clips["test"].y) == 3_644 and len(clips.class_names) == 25
    count = dict(zip(clips.class_names, np.bincount(np.concatenate([s.y for s in clips.splits.values()])), strict=True))
    assert count["Electronic music"] == 595 and count["Rhythm and blues"] == 44 and count["Rock music"] == 508
