"""Support vector machines on descriptors: fitting, model selection and storage as plain arrays."""

from mer_ros.recognition.svm.fitted_kernels import FittedKernel, KernelFitter, kernel, linear, selected_cells
from mer_ros.recognition.svm.kernels import Kernel, KernelKind
from mer_ros.recognition.svm.machine import (
    UNSEEN_CLASS_SCORE,
    DualCoefficients,
    KernelMachine,
    LinearMachine,
    Machine,
)
from mer_ros.recognition.svm.model_selection import COSTS, Hyperparameters, SelectedMachine, select_machine
from mer_ros.recognition.svm.whitening import Whitening

__all__ = [
    "COSTS",
    "UNSEEN_CLASS_SCORE",
    "DualCoefficients",
    "FittedKernel",
    "Hyperparameters",
    "Kernel",
    "KernelFitter",
    "KernelKind",
    "KernelMachine",
    "LinearMachine",
    "Machine",
    "SelectedMachine",
    "Whitening",
    "kernel",
    "linear",
    "select_machine",
    "selected_cells",
]
