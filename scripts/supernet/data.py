"""Images and labels: read once, checked against the space, and given out in an order that only the seed decides."""

import hashlib
import zipfile
from pathlib import Path

import numpy as np
import torch

from failures import Failure


class Images:
    """Images [N, H, W, C], uint8, int8 or float32, and labels [N]; images of a folder are read as they are needed."""

    def __init__(self, images, labels, space, normalisation, where):
        self.images, self.labels = images, np.asarray(labels).astype(np.int64)
        height, width = space.resolution
        wanted = (height, width, space.input_channels)
        if images.ndim != 4 or images.shape[1:] != wanted:
            raise Failure(f"{where}: images are {list(images.shape[1:])}, the space wants {list(wanted)}")
        if len(images) != len(self.labels) or not len(images):
            raise Failure(f"{where}: {len(images)} images, {len(self.labels)} labels")
        if self.labels.min() < 0 or self.labels.max() >= space.classes:
            span = f"from {self.labels.min()} to {self.labels.max()}"
            raise Failure(f"{where}: labels {span}, the space has {space.classes} classes")
        if images.dtype.kind == "f" and not all(np.isfinite(part).all() for part in np.array_split(images, 64)):
            raise Failure(f"{where}: images hold numbers that are not finite")
        self.mean, self.std = (_channels(normalisation[key], space.input_channels, key) for key in ("mean", "std"))

    @classmethod
    def read(cls, path, space, normalisation):
        """`path`: an .npz file with `images` and `labels`, or, for large sets, a folder of images.npy, labels.npy."""
        arrays = _open_arrays(path)
        return cls(arrays["images"], arrays["labels"], space, normalisation, path)

    def __len__(self):
        return len(self.labels)

    def digest(self):
        """Of the labels and of some images: enough to tell one data set from another."""
        few = np.ascontiguousarray(self.images[:: max(1, len(self) // 1000)])
        return hashlib.sha256(self.labels.tobytes() + few.tobytes()).hexdigest()

    def normalisation(self):
        return {"mean": self.mean.tolist(), "std": self.std.tolist()}

    def take(self, indices, device):
        """Normalised images [n, C, H, W], float32, and labels [n]."""
        images = torch.from_numpy(np.ascontiguousarray(self.images[indices])).to(device)
        images = (images.float() - self.mean.to(device)) / self.std.to(device)
        return images.permute(0, 3, 1, 2), torch.from_numpy(self.labels[indices]).to(device)


def _open_arrays(path):
    try:
        if Path(path).is_dir():
            return {name: np.load(Path(path) / f"{name}.npy", mmap_mode="r") for name in ("images", "labels")}
        with np.load(path) as archive:
            return {name: archive[name] for name in ("images", "labels")}
    except OSError as error:
        raise Failure(f"{path}: {error.strerror or error}") from error
    except (ValueError, KeyError, AttributeError, zipfile.BadZipFile) as error:
        raise Failure(f"{path}: no .npz with arrays 'images' and 'labels'") from error


def _channels(values, channels, key):
    values = [values] * channels if isinstance(values, (int, float)) else list(values)
    if len(values) != channels or (key == "std" and min(values) <= 0):
        raise Failure(f"normalisation: '{key}' needs {channels} numbers, and a std is above 0")
    return torch.tensor(values, dtype=torch.float32)


class BatchOrder:
    """The images of each step: every epoch a new permutation; workers share a batch evenly."""

    def __init__(self, count, batch, seed, worker=0, workers=1):
        if batch > count:
            raise Failure(f"a batch of {batch} images is more than the {count} that there are")
        self.count, self.batch, self.seed = count, batch, seed
        self.share = slice(worker * batch // workers, (worker + 1) * batch // workers)
        self.epoch, self.permutation = None, None

    def indices(self, step):
        epoch, position = divmod(step, self.count // self.batch)
        if epoch != self.epoch:
            self.permutation = np.random.default_rng((self.seed, epoch)).permutation(self.count)
            self.epoch = epoch
        return np.sort(self.permutation[position * self.batch : (position + 1) * self.batch][self.share])


def augment(images, augmentation, key):
    """Flips and shifts each image by chance; `key` (integers) decides. Shifted-in borders repeat the edge."""
    if not augmentation:
        return images
    choices = np.random.default_rng(key)
    count, _, height, width = images.shape
    rows = torch.arange(height).repeat(count, 1)
    columns = torch.arange(width).repeat(count, 1)
    if "shift" in augmentation:
        down, across = augmentation["shift"]
        rows = rows + torch.from_numpy(choices.integers(-down, down + 1, (count, 1)))
        columns = columns + torch.from_numpy(choices.integers(-across, across + 1, (count, 1)))
    rows, columns = rows.clamp(0, height - 1), columns.clamp(0, width - 1)
    if augmentation.get("flip_vertical"):
        rows = torch.where(torch.from_numpy(choices.random((count, 1)) < 0.5), rows.flip(1), rows)
    if augmentation.get("flip_horizontal"):
        columns = torch.where(torch.from_numpy(choices.random((count, 1)) < 0.5), columns.flip(1), columns)
    each = torch.arange(count)[:, None, None]
    device = images.device
    picked = images.permute(0, 2, 3, 1)[each.to(device), rows[:, :, None].to(device), columns[:, None, :].to(device)]
    return picked.permute(0, 3, 1, 2)
