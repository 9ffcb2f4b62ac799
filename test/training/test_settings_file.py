"""Training settings: the shipped files, and what is refused."""

from __future__ import annotations

import pytest

from mer_ros.errors import ConfigError
from mer_ros.files import config_file
from mer_ros.recognition import names
from mer_ros.training import settings_file


@pytest.mark.parametrize("system", names())
def test_the_shipped_settings_of_a_system_are_of_it(system):
    assert settings_file.default(system).system == system


def test_all_shipped_settings_load():
    shipped = [path.stem for path in config_file("train").glob("*.yaml")]
    assert "micro_attention_imagenet" in shipped
    assert all(settings_file.default(name).system in names() for name in shipped)


def test_a_path_names_settings_too(tmp_path):
    (tmp_path / "mine.yaml").write_text("system: prototype\nseed: 7")
    assert (
        settings_file.named(str(tmp_path / "mine.yaml")).seed == 7
        and settings_file.named("small").system == "probe"
    )


def test_an_unknown_system_is_refused():
    with pytest.raises(ConfigError, match="'lbp'"):
        settings_file.default("lbp")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("system: prototype\nepoch: 3", "unknown setting 'epoch'"),
        ("system: prototype\noptimiser: {lr: 3}", "unknown setting 'lr'"),
        ("system: prototype\nmodel: {layers: 3}", "unknown setting 'layers'"),
        ("system: prototype\noptimiser: {epochs: 0}", "'epochs' is 0"),
        ("system: prototype\nsamples: 3", "'samples' is 3"),
        ("system: prototype\nrejection_quantile: 0", "'rejection_quantile'"),
        ("samples: 300", "incomplete"),
        ("system: probe", "name one or more checkpoints as 'start'"),
        ("system: prototype\ntransfer: attention", "name trained weights as 'start'"),
        ("system: prototype\ntransfer: all", "choose one of 'full', 'attention'"),
        ("system: prototype\ntransfer: probe", "choose one of 'full', 'attention'"),
        ("system: prototype\naugmentation: {zoom: [2, 1]}", "'zoom' is [2.0, 1.0]"),
        ("system: prototype\nmodel: {prototypes_per_class: many}", "'prototypes_per_class' of"),
        ("system: [", "not YAML"),
        ("system: !!python/object/apply:os.getcwd []", "not YAML"),
        ("", "instead of settings"),
    ],
)
def test_fault_75_a_wrong_file_is_named_with_its_fault(tmp_path, text, said):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        settings_file.load(path)
    assert said in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("system: me_plan\ninput: {kind: sequence}\noptimiser: {balance: true}", "'optimiser.balance'"),
        ("system: me_plan\ninput: {kind: sequence}\naugmentation: {noise: 0.5}", "'augmentation.noise'"),
        ("system: micro_attention_grey\ninput: {kind: apex}\nmacro_epochs: 2", "kind 'apex'"),
        ("system: lbp_sip\ninput: {kind: clip}\noptimiser: {epochs: 3, batch: 8}", "'optimiser.batch' (8)"),
        ("system: lbp_sip\ninput: {kind: clip}\nstart: [prototype]\ntransfer: attention", "'start'"),
        ("system: probe\nstart: [a]\noptimiser: {epochs: 3}", "'optimiser.epochs' (3)"),
        ("system: probe\nstart: [a]\nmodel: {n_labels: 3}", "'model.n_labels' (3)"),
        (
            "system: prototype\nprobe: {grid: 3}",
            "'probe.grid' (3): omit it, or choose another system.",
        ),
        ("system: prototype\nlinear: {penalty: 2.0}", "A network does not read 'linear.penalty' (2.0)"),
        ("system: votes\nstart: [a]\nsamples: 90", "trains nothing, does not read 'samples' (90)"),
        ("system: probe\nstart: [a]\nensemble: 2", "'ensemble' (2)"),
        ("system: micro_attention\nrejection_quantile: 0.9", "has no prototypes, does not read 'rejection_q"),
        ("system: prototype\nensemble: 2\nrejection_quantile: 0.9", "An ensemble"),
        ("system: prototype\ninput: {frames: 9}", "no key frames, does not read 'input.frames' (9)"),
        ("system: lbp_sip\ninput: {kind: clip, frames: 9}", "'input.frames' (9)"),
        ("system: prototype\nmodel: {n_labels: 3}", "from the data, does not read 'model.n_labels' (3)"),
        ("system: lbp_sip\ninput: {kind: clip}\nmirror: false", "kind 'clip' does not read 'mirror' (False)"),
        ("system: micro_attention_grey\ninput: {kind: apex}\nmirror: false", "'mirror' (False)"),
    ],
)
def test_fault_75_a_setting_that_is_not_read_is_named(tmp_path, text, said):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match="does not read .*: omit it") as caught:
        settings_file.load(path)
    assert said in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "system: me_plan\ninput: {kind: sequence, frames: 9}\nrejection_quantile: 0.9\nmirror: false",
        "system: prototype\nrejection_quantile: 0.9\nmirror: false",
    ],
)
def test_what_is_read_is_not_refused(tmp_path, text):
    (tmp_path / "mine.yaml").write_text(text)
    assert settings_file.named(str(tmp_path / "mine.yaml")).rejection_quantile == 0.9


def test_a_setting_written_out_as_its_default_is_none_that_was_changed(tmp_path):
    (tmp_path / "mine.yaml").write_text(
        "system: probe\nstart: [a]\naugmentation: {noise: 0.12, zoom: [0.85, 1.2]}"
    )
    assert settings_file.named(str(tmp_path / "mine.yaml")).start == ("a",)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        settings_file.load(tmp_path / "no.yaml")
