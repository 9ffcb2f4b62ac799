"""The data sets that ``--data`` offers. To add one: write its file in this folder and its line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import Catalogue

if TYPE_CHECKING:
    from mer_ros.data.datasets.dataset import Dataset

DATASETS: Catalogue[Dataset] = Catalogue(
    "data set",
    {
        "synthetic": "mer_ros.data.datasets.synthetic:SYNTHETIC",
        "megc-flow": "mer_ros.data.datasets.megc_flow:MEGC_FLOW",
        "folder": "mer_ros.data.datasets.folder:FOLDER",
        "casme2": "mer_ros.data.datasets.casme2:CASME2",
        "samm": "mer_ros.data.datasets.samm:SAMM",
        "smic": "mer_ros.data.datasets.smic:SMIC",
        "smic-e": "mer_ros.data.datasets.smic_e:SMIC_E",
        "mmew": "mer_ros.data.datasets.mmew:MMEW",
        "mmew-macro": "mer_ros.data.datasets.mmew_macro:MMEW_MACRO",
        "casme-sq": "mer_ros.data.datasets.casme_sq:CASME_SQ",
        "casme-sq-macro": "mer_ros.data.datasets.casme_sq_macro:CASME_SQ_MACRO",
        "casme3-a": "mer_ros.data.datasets.casme3_a:CASME3_A",
        "casme3-c": "mer_ros.data.datasets.casme3_c:CASME3_C",
        "dfme": "mer_ros.data.datasets.dfme:DFME",
        "samm-lv": "mer_ros.data.datasets.samm_lv:SAMM_LV",
    },
)
