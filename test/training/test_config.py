"""Training settings: the shipped files, and what is refused."""

from __future__ import annotations

import pytest

from mer_ros.errors import ConfigError
from mer_ros.recognition import names
from mer_ros.training import config


@pytest.mark.parametrize("system", sorted({*names(), "small"}))
def test_the_shipped_settings_load(system):
    assert config.default(system).system == ("probe" if system == "small" else system)


def test_a_path_names_settings_too(tmp_path):
    (tmp_path / "mine.yaml").write_text("system: prototype\nseed: 7")
    assert config.named(str(tmp_path / "mine.yaml")).seed == 7 and config.named("small").transfer == "probe"


def test_an_unknown_system_is_refused():
    with pytest.raises(ConfigError, match="'lbp'"):
        config.default("lbp")


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
        ("system: probe", "set 'transfer' to probe"),
        ("system: prototype\ntransfer: attention", "name a 'start'"),
        ("system: prototype\ntransfer: all", "choose one of 'full', 'attention', 'probe'"),
        ("system: probe\ntransfer: probe\nstart: [a]\nensemble: 2", "name several networks"),
        ("system: prototype\naugmentation: {zoom: [2, 1]}", "'zoom' is [2.0, 1.0]"),
        ("system: prototype\nmodel: {prototypes_per_class: many}", "'prototypes_per_class' of"),
        ("system: [", "not YAML"),
        ("system: !!python/object/apply:os.getcwd []", "not YAML"),
        ("", "instead of settings"),
    ],
)
def test_75_a_wrong_file_is_named_with_its_fault(tmp_path, text, said):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        config.load(path)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        config.load(tmp_path / "no.yaml")
