"""The tests mirror the package: ``mer_ros/FOLDER/MODULE.py`` is tested by ``test/FOLDER/test_MODULE.py``."""

from __future__ import annotations

import ast
from pathlib import Path

import house
import pytest

ROOT = Path(__file__).resolve().parent.parent


def has_logic(code: str) -> bool:
    """Whether a function does anything; records, constants and abstract methods are no logic."""
    functions = [
        n for n in ast.walk(ast.parse(code)) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    return any(not _is_empty(statement) for function in functions for statement in function.body)


def _is_empty(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def missing(root: Path) -> list[str]:
    """Test files that modules with logic lack, relative to root."""
    package = root / "mer_ros"
    wanted = [
        Path("test", path.relative_to(package).parent, f"test_{path.name}")
        for path in house.modules(root).values()
        if path.name != "__init__.py" and has_logic(path.read_text(encoding="utf-8"))
    ]
    return [str(path) for path in wanted if not (root / path).is_file()]


def test_every_module_with_logic_has_a_test_file():
    assert len([path for path in house.modules().values() if path.name != "__init__.py"]) > 200
    assert missing(ROOT) == []


@pytest.mark.parametrize(
    ("code", "logic"),
    [
        ("LIMIT = 3", False),
        ("class A:\n    x: int = 0", False),
        ("class A:\n    def f(self):\n        '''Abstract.'''", False),
        ("def f(): ...", False),
        ("def f(x):\n    '''Doubles.'''\n    return 2 * x", True),
        ("class A:\n    async def f(self):\n        await self.g()", True),
    ],
)
def test_logic_is_a_function_that_does_something(code, logic):
    assert has_logic(code) is logic


def test_a_module_without_a_test_file_is_found(tmp_path):
    for name in ("mer_ros/face/pose.py", "mer_ros/face/box.py", "test/face/test_box.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("def f(x):\n    return x\n")
    assert missing(tmp_path) == ["test/face/test_pose.py"]
