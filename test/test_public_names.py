"""What is public: the names of the package and of each folder, and nothing that is not listed here."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import house
import pytest

import mer_ros

ROOT = Path(__file__).resolve().parent.parent
PUBLIC = """
    Answer EMOTIONS Explainer Explanation ExpressionEvent Face FaceWatcher Frame Kind MerError Pipeline
    Prediction Recogniser SourceOptions SpotterConfig Step WatcherConfig __version__ frames_of open_source
    overlay synthetic_clip
""".split()
FOLDERS = sorted(name for name, path in house.modules().items() if path.name == "__init__.py")


def test_these_are_the_public_names():
    assert sorted(mer_ros.__all__) == PUBLIC
    assert set(PUBLIC) <= set(dir(mer_ros))
    with pytest.raises(AttributeError, match="nothing_of_this_name"):
        _ = mer_ros.nothing_of_this_name


def test_the_stub_for_type_checkers_names_the_same():
    tree = ast.parse((ROOT / "mer_ros/__init__.pyi").read_text(encoding="utf-8"))
    found = {"__version__": ""}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            found |= {str(alias.asname): str(node.module) for alias in node.names}
    assert sorted(found) == PUBLIC
    for name, module in found.items():
        if module:
            assert getattr(importlib.import_module(module), name) is getattr(mer_ros, name)
    assert (ROOT / "mer_ros/py.typed").is_file()


def test_the_page_lists_the_public_names():
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    section = page[page.index("## Public names") : page.index("## Decisions")]
    assert sorted(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == PUBLIC


def test_the_readme_imports_public_names_only():
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    names = []
    for node in (node for block in blocks for node in ast.walk(ast.parse(block))):
        if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] == "mer_ros":
            assert node.module == "mer_ros"
            names += [alias.name for alias in node.names]
    assert "Pipeline" in names and set(names) <= set(PUBLIC)


def test_importing_the_package_imports_neither_torch_nor_opencv():
    code = (
        "import sys, mer_ros, mer_ros.graph, mer_ros.sources, mer_ros.cli.main\n"
        "mer_ros.WatcherConfig, mer_ros.MerError\n"
        "print(sorted({'torch', 'cv2', 'mediapipe', 'scipy', 'rclpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_lists_its_public_names_and_has_them(folder: str):
    module = importlib.import_module(folder)
    names = [name for name in module.__all__ if name != "__version__"]
    assert len(set(names)) == len(names)
    for name in names:
        thing = getattr(module, name)
        assert not name.startswith("_")
        home = getattr(thing, "__module__", "") or ""
        if callable(thing) and home.startswith("mer_ros"):
            assert thing.__doc__, f"{folder}.{name} has no docstring"
