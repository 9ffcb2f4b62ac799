from __future__ import annotations

from mer_ros.training.observer import SILENT_TRAINING, EpochHandler, ProgressOnly


def report(observer):
    observer.started("training", 4)
    observer.advanced("training", 1, "loss 0.500")
    observer.run_resumed(2)
    observer.epoch_finished("an epoch")
    observer.finished("training")


def test_progress_alone_is_passed_on(recorder):
    report(SILENT_TRAINING)
    received = recorder()
    report(ProgressOnly(received))
    assert received.totals == {"training": 4} and received.steps == [("training", 1, "loss 0.500")]
    assert received.finished_tasks == ["training"]
    assert received.epochs == received.resumed_after == []


def test_a_handler_takes_the_epochs_and_passes_the_rest_on(recorder):
    received, epochs = recorder(), []
    report(EpochHandler(received, epochs.append))
    assert epochs == ["an epoch"] and received.epochs == [] and received.resumed_after == [2]
    assert len(received.steps) == 1 and received.finished_tasks == ["training"]
