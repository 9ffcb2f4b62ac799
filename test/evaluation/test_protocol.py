from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from mer_ros.data.subjects import held_out_subjects
from mer_ros.errors import ConfigError, DataError
from mer_ros.evaluation.protocol import (
    ALIASES,
    PROTOCOLS,
    UNSEEN,
    Fold,
    Protocol,
    check_apart,
    megc_size_note,
    protocol_of,
)

BY_SUBJECT = [name for name, protocol in PROTOCOLS.items() if not protocol.shares_subjects]


def clips_for(name, make_clips):
    """Clips that the protocol can split."""
    if name != UNSEEN:
        return make_clips()
    return make_clips(datasets=("one smooth", "one rough", "two smooth", "two rough"), subject_ids=8)


def test_each_head_is_trained_on_smooth_and_tested_on_the_rough_noise_of_the_other(make_clips):
    clips = clips_for(UNSEEN, make_clips)
    first, second = protocol_of(UNSEEN).folds(clips)
    assert (first.name, second.name) == ("one to two", "two to one")
    assert set(clips.datasets[first.train]) == {"one smooth"}
    assert set(clips.datasets[first.test]) == {"two rough"}
    with pytest.raises(DataError, match="--data synthetic --unseen"):
        protocol_of(UNSEEN).folds(make_clips())


@pytest.mark.parametrize("name", [name for name in PROTOCOLS if name != UNSEEN])
def test_a_fold_holds_every_sample_once(name, make_clips):
    clips = make_clips()
    for fold in protocol_of(name).folds(clips):
        assert sorted([*fold.train, *fold.test]) == list(range(len(clips)))


@pytest.mark.parametrize("name", BY_SUBJECT)
def test_no_subject_is_on_both_sides(name, make_clips):
    clips = clips_for(name, make_clips)
    for fold in protocol_of(name).folds(clips):
        assert not set(clips.subject_ids[fold.train]) & set(clips.subject_ids[fold.test])


@pytest.mark.parametrize(
    ("name", "folds"),
    [
        ("loso", 6),
        ("5-fold", 5),
        ("3-fold", 3),
        ("megc2019", 6),
        ("leave-dataset-out", 3),
        ("LOSO", 6),
        ("SLCV", 5),
        ("CDE", 6),
        ("HDE", 3),
    ],
)
def test_every_clip_is_tested_once(name, folds, make_clips):
    found = protocol_of(name).folds(make_clips())
    assert len(found) == folds
    assert sorted(np.concatenate([fold.test for fold in found])) == list(range(54))


@pytest.mark.parametrize("name", ["subjects-70-30", "samples-70-30"])
def test_three_tenths_are_tested(name, make_clips):
    clips = make_clips(subject_ids=20, each=6)
    (fold,) = protocol_of(name).folds(clips)
    assert len(fold.test) == pytest.approx(0.3 * len(clips), abs=1)


def test_a_split_by_sample_has_subjects_on_both_sides_and_a_warning(make_clips):
    clips, protocol = make_clips(), protocol_of("samples-70-30")
    (fold,) = protocol.folds(clips)
    assert set(clips.subject_ids[fold.train]) & set(clips.subject_ids[fold.test])
    assert "Test subjects are also in the training set" in protocol.warning
    assert not any(PROTOCOLS[name].warning for name in BY_SUBJECT)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_the_same_seed_gives_the_same_folds(name, make_clips):
    clips = make_clips(subject_ids=12) if name != UNSEEN else clips_for(name, make_clips)
    first, again = (protocol_of(name).folds(clips, 7) for _ in range(2))
    assert all(np.array_equal(a.test, b.test) for a, b in zip(first, again, strict=True))
    if name in ("5-fold", "subjects-70-30", "samples-70-30"):
        other = protocol_of(name).folds(clips, 8)
        assert not all(np.array_equal(a.test, b.test) for a, b in zip(first, other, strict=True))


def test_one_name_in_two_data_sets_is_two_subjects(make_clips):
    clips = make_clips(subject_ids=2, datasets=("smic", "samm"))
    clips = dataclasses.replace(clips, subjects=np.full(len(clips), "s01"))
    assert [fold.name for fold in protocol_of("loso").folds(clips)] == ["samm/s01", "smic/s01"]


@pytest.mark.parametrize("name", BY_SUBJECT)
def test_fault_87_one_person_under_two_spellings_is_never_on_both_sides(name, make_clips):
    clips = clips_for(name, make_clips)
    odd = np.arange(len(clips)) % 3 == 1
    respelled = dataclasses.replace(
        clips,
        datasets=np.where(odd, np.char.add(np.char.upper(clips.datasets), " "), clips.datasets),
        subjects=np.where(odd, np.char.add(" ", np.char.capitalize(clips.subjects)), clips.subjects),
    )
    assert respelled.digest() == clips.digest()
    for fold, plain in zip(protocol_of(name).folds(respelled), protocol_of(name).folds(clips), strict=True):
        people = [{(clips.datasets[i], clips.subjects[i]) for i in side} for side in (fold.train, fold.test)]
        assert not people[0] & people[1]
        assert np.array_equal(fold.test, plain.test)
    assert len(respelled.notes) == 2 and all("case and blanks" in note for note in respelled.notes)


def test_fault_87_one_name_in_two_data_sets_stays_two_people_however_they_are_spelled(make_clips):
    clips = make_clips(subject_ids=4, datasets=("smic", "samm", "SMIC ", "SAMM"))
    clips = dataclasses.replace(clips, subjects=np.tile(["s01", "s01", "S01 "], len(clips) // 3))
    assert [fold.name for fold in protocol_of("loso").folds(clips)] == ["samm/s01", "smic/s01"]


def test_fault_72_a_subject_on_both_sides_is_refused(make_clips):
    clips = make_clips()
    leaky = Protocol("leaky", "", lambda clips, seed: [Fold("x", np.arange(20), np.arange(20, 54))])
    with pytest.raises(DataError, match=r"'smic/s02' is on the training and the test side .* \(1 in all\)"):
        leaky.folds(clips)
    with pytest.raises(DataError, match="split by subject"):
        check_apart(Fold("x", np.array([0]), np.array([1])), clips.subject_ids)


def cut(clips, keep):
    names = ("flow", "truth", "samples", "subjects", "datasets")
    return dataclasses.replace(clips, **{name: getattr(clips, name)[keep] for name in names})


@pytest.mark.parametrize("name", PROTOCOLS)
def test_fault_76_empty_one_class_and_one_subject_are_refused(name, make_clips):
    clips = make_clips()
    cases = {
        "is empty": np.zeros(54, bool),
        "All 18 clips are labelled 'positive'": clips.truth == 1,
        "All 9 clips show subject 'samm/s01'": clips.subjects == "s01",
    }
    for says, keep in cases.items():
        with pytest.raises(DataError, match=says):
            protocol_of(name).folds(cut(clips, keep))


def test_a_fold_without_two_training_classes_is_refused(make_clips):
    clips = make_clips(subject_ids=2, each=6)
    one_sided = cut(clips, (clips.subjects == "s00") | (clips.truth == 0))
    with pytest.raises(DataError, match="has 2 clips of 1 class for training"):
        protocol_of("loso").folds(one_sided)


def test_a_protocol_refuses_clips_that_it_cannot_split(make_clips):
    with pytest.raises(DataError, match="2 subjects cannot be split into 5"):
        protocol_of("5-fold").folds(make_clips(subject_ids=2))
    with pytest.raises(DataError, match="found only 'smic'"):
        protocol_of("leave-dataset-out").folds(make_clips(datasets=("smic",)))
    with pytest.raises(DataError, match="composite needs two data sets, found only 'smic'"):
        protocol_of("cde").folds(make_clips(datasets=("smic",)))
    with pytest.raises(DataError, match="found smic with negative"):
        protocol_of("megc2019").folds(make_clips(datasets=("smic",)))
    for name in ("lottery", "1-fold", "0-fold", "-3-fold", "5-fold "):
        with pytest.raises(ConfigError, match="choose one of loso, 5-fold"):
            protocol_of(name)


def test_names_in_papers_are_other_names_of_protocols_in_any_case():
    assert not set(ALIASES) & set(PROTOCOLS) and set(ALIASES.values()) <= set(PROTOCOLS)
    for alias, name in ALIASES.items():
        assert alias == alias.casefold()
        assert protocol_of(alias.upper()).name == protocol_of(name.title()).name == name
    assert [p.name for p in PROTOCOLS.values() if p.averages_folds] == ["leave-dataset-out"]


def test_people_of_two_data_sets_of_one_cohort_are_tested_together(make_clips):
    clips = make_clips(subject_ids=6, datasets=("mmew", "mmew-macro"))
    people = np.array(["1", "1", "2", "2", "3", "3"])[np.repeat(np.arange(6), 9)]
    shared = dataclasses.replace(clips, subjects=people, cohorts=np.full(len(clips), "mmew"))
    folds = protocol_of("loso").folds(shared)
    assert [fold.name for fold in folds] == ["mmew/1", "mmew/2", "mmew/3"]
    assert all(set(clips.datasets[fold.test]) == {"mmew", "mmew-macro"} for fold in folds)
    with pytest.raises(DataError, match="'mmew/1' is on the training and the test side"):
        protocol_of("hde").folds(shared)


def test_a_size_other_than_that_of_the_organisers_is_noted(make_clips):
    assert "442 clips of 68 subjects, this one 54 of 6" in megc_size_note(make_clips())


def test_of_two_subjects_one_is_held_out():
    for share in (0.01, 0.5, 0.99):
        assert held_out_subjects(np.array(["a", "a", "b"]), share, 0).sum() in (1, 2)
