from __future__ import annotations

import pytest

from mer_ros.data.synthetic_folder import FolderPart, write_synthetic_folder

SMALL = (FolderPart("casme2", 3, (4, 2, 2)), FolderPart("samm", 2, (3, 1, 2)))


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory):
    """A synthetic folder of 14 clips of 5 subjects. Read only: copy it to change it."""
    return write_synthetic_folder(tmp_path_factory.mktemp("synthetic") / "small", seed=3, parts=SMALL)
