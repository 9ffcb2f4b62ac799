"""The latent space of a system on two axes, and its clusters.

t-SNE (van der Maaten and Hinton, JMLR 9, 2008) keeps neighbours, not distances. K-means (Lloyd, IEEE Trans.
Inf. Theory 28, 1982) has as many clusters as there are classes; its centres come from training clips alone,
and are placed by t-SNE together with the clips.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

MOST_POINTS = 1000
"""Clips of a map; of more, half are test clips and the rest training clips, drawn at random."""
FEWEST_POINTS = 8
MOST_DIMENSIONS = 50
"""Longer latents are first reduced to principal components of the training clips."""
PERPLEXITY = 30.0


class LatentClusters(NamedTuple):
    """counts: (K, C) int64, number of test clips of each class in each cluster. agreement: adjusted mutual
    information of clusters and classes on the test clips, 0 by chance, 1 if they are the same; None with a
    single class or cluster. train, test: (n, D) and (m, D) float64, the clustered latents. centres: (K, D).
    """

    counts: NDArray[np.int64]
    agreement: float | None
    train: NDArray[np.float64]
    test: NDArray[np.float64]
    centres: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LatentMap:
    """points: (n, 2) float64. truth: (n,) int64. tested: (n,) bool, whether a clip was held out. centres:
    (K, 2) of the clusters. clusters, agreement: see ``LatentClusters``, over all test clips. n_clips: of both
    sides before any selection.
    """

    points: NDArray[np.float64]
    truth: NDArray[np.int64]
    tested: NDArray[np.bool_]
    centres: NDArray[np.float64]
    clusters: NDArray[np.int64]
    agreement: float | None
    n_clips: int


def latent_map(
    train: NDArray[np.float32],
    test: NDArray[np.float32],
    train_truth: NDArray[np.int64],
    test_truth: NDArray[np.int64],
    n_labels: int,
    seed: int,
) -> LatentMap | None:
    """A map of (n, D) and (m, D) latents; None for less than ``FEWEST_POINTS`` clips. Uses one thread, so the
    same latents give the same map.
    """
    found = latent_clusters(train, test, test_truth, n_labels, seed)
    if found is None:
        return None
    with threadpool_limits(1):
        seen, unseen = _drawn(len(train), len(test), seed)
        points = _two_axes(np.concatenate([found.train[seen], found.test[unseen], found.centres]), seed)
    return LatentMap(
        points[:-n_labels],
        np.concatenate([train_truth[seen], test_truth[unseen]]),
        np.repeat([False, True], [len(seen), len(unseen)]),
        points[-n_labels:],
        found.counts,
        found.agreement,
        len(train) + len(test),
    )


def latent_clusters(
    train: NDArray[np.float32],
    test: NDArray[np.float32],
    test_truth: NDArray[np.int64],
    n_labels: int,
    seed: int,
) -> LatentClusters | None:
    """The clusters of ``latent_map``, without its t-SNE; None where there is no map."""
    if len(train) + len(test) < FEWEST_POINTS or len(train) < n_labels or not len(test):
        return None
    from sklearn.cluster import KMeans  # late: two seconds
    from sklearn.metrics import adjusted_mutual_info_score

    with threadpool_limits(1):
        short, tested = _reduced(train.astype(np.float64), test.astype(np.float64), seed)
        means = KMeans(n_labels, n_init=10, random_state=seed).fit(short)
        found = means.predict(tested)
        counts = np.zeros((n_labels, n_labels), np.int64)
        np.add.at(counts, (found, test_truth), 1)
        compared = len(np.unique(test_truth)) > 1 and len(np.unique(found)) > 1
        agreement = float(adjusted_mutual_info_score(test_truth, found)) if compared else None
    return LatentClusters(counts, agreement, short, tested, means.cluster_centers_)


def _drawn(n_train: int, n_test: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sorted indices of the clips that are shown."""
    rng = np.random.default_rng(seed)
    unseen = min(n_test, max(MOST_POINTS // 2, MOST_POINTS - n_train))
    seen = min(n_train, MOST_POINTS - unseen)
    drawn = (rng.choice(n_train, seen, replace=False), rng.choice(n_test, unseen, replace=False))
    return np.sort(drawn[0]), np.sort(drawn[1])


def _reduced(
    train: NDArray[np.float64], test: NDArray[np.float64], seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n, D) and (m, D) -> the same with at most ``MOST_DIMENSIONS`` columns."""
    from sklearn.decomposition import PCA

    most = min(MOST_DIMENSIONS, len(train) - 1)
    if train.shape[1] <= most:
        return train, test
    components = PCA(most, random_state=seed).fit(train)
    return components.transform(train), components.transform(test)


def _two_axes(latents: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """(n, D) -> (n, 2)."""
    from sklearn.manifold import TSNE

    start = "pca" if latents.shape[1] >= 2 else "random"
    perplexity = min(PERPLEXITY, (len(latents) - 1) / 3)
    found = TSNE(2, perplexity=perplexity, init=start, random_state=seed).fit_transform(latents)
    return np.asarray(found, np.float64)
